import type { RemoteAccess } from './remote-access.ts'

/** A bucket elsewhere, which rules of replication call by an ARN. */
export interface RemoteBucketConfig extends RemoteAccess {
  /** As the `Destination` of rules says it. */
  readonly arn: string
  /** Where S3 is: `https://HOST`, `http://HOST:PORT`. */
  readonly endpoint: string
  /** What it is called there. Default: as the ARN says. */
  readonly bucket?: string | undefined
  /** What requests are signed for. Default: the server's own. */
  readonly region?: string | undefined
  /** Whether it is a Holdfast, which keeps version ids. Default: what the endpoint says of itself. */
  readonly isHoldfast?: boolean | undefined
  /** How many versions are on their way at once. Default: 32. */
  readonly parallel?: number | undefined
  /** What all of them together may take. Default: as much as there is. */
  readonly megabytesPerSecond?: number | undefined
}

/** Where replicas go that stay on no bucket of this server. */
export interface ReplicationSettings {
  readonly destinations: readonly RemoteBucketConfig[]
}

/** The name of the bucket that an ARN of the config is of. */
export function remoteNameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1)
}
