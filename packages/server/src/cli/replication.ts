import { keepAlive } from '../base/keep-alive.ts'
import { type ReplicationTools, withReplicationTools } from '../compose/replication-tools.ts'
import { failed, say, storeOf, type StoreOptions } from './with-store.ts'
import { table } from './text-table.ts'

export type ReplicationAction = 'status' | 'retry' | 'existing'

/** `holdfast replication`: what waits, and what failed; leaves what failed, or what was there before, to the servers. */
export async function replication(
  action: ReplicationAction,
  bucket: string | undefined,
  options: StoreOptions,
): Promise<void> {
  const letGo = keepAlive()
  try {
    await withReplicationTools(await storeOf(options), (tools) => run(tools, action, bucket, options))
  } catch (error) {
    failed(error, options)
  } finally {
    letGo()
  }
}

async function run(
  tools: ReplicationTools,
  action: ReplicationAction,
  bucket: string | undefined,
  { json }: StoreOptions,
): Promise<void> {
  if (action === 'status') return bucket === undefined ? showAll(tools, json) : showOne(tools, bucket, json)
  if (bucket === undefined) throw new Error(`Say which bucket: holdfast replication ${action} BUCKET`)
  const versions = await tools.requeue(bucket, action === 'retry' ? 'failed' : 'existing')
  say(
    json ? JSON.stringify({ bucket, versions }) : `${versions} versions of ${bucket} are left to its rules.`,
  )
}

async function showAll(tools: ReplicationTools, json: true | undefined): Promise<void> {
  const found = await tools.waiting()
  if (json) return say(JSON.stringify(found, undefined, 2))
  if (found.length === 0) return say('No bucket is replicated.')
  const rows = found.map(({ bucket, waiting, since }) => [
    bucket,
    String(waiting),
    since?.toISOString() ?? '',
  ])
  say(table(['bucket', 'waiting', 'since'], rows))
}

async function showOne(tools: ReplicationTools, bucket: string, json: true | undefined): Promise<void> {
  const counts = await tools.statuses(bucket)
  if (json) return say(JSON.stringify({ bucket, ...Object.fromEntries(counts) }))
  const rows = [...counts].map(([status, count]) => [status, String(count)])
  say(table(['status', 'versions'], rows))
}
