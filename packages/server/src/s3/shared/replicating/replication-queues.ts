/** How the outbox calls what waits to be replicated to buckets of this server, among the destinations of events. */
export const REPLICATION = 'replication'

const ELSEWHERE = `${REPLICATION} to `

/** The same of a bucket elsewhere, which is waited for by nothing else: `bucket` as the ARN of rules has it. */
export function remoteQueue(bucket: string): string {
  return ELSEWHERE + bucket
}

export function isReplicationQueue(destination: string): boolean {
  return destination === REPLICATION || destination.startsWith(ELSEWHERE)
}
