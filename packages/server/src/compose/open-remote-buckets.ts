import type { Clock } from '../base/clock.ts'
import { type Disk, systemDisk } from '../base/disk.ts'
import type { Random } from '../base/random.ts'
import type { Config } from '../config/config.ts'
import { readCertificateAuthority, readRemoteCredentials } from '../config/remote-credentials.ts'
import { type RemoteBucketConfig, remoteNameOf } from '../config/replication-config.ts'
import { HttpClient } from '../http/http-client.ts'
import { publicLookup } from '../http/public-lookup.ts'
import { mayBePrivate } from '../http/webhook-sender.ts'
import { S3Source } from '../import/s3-source.ts'
import { RemoteS3Bucket } from '../remote-buckets/remote-s3-bucket.ts'
import type { RemoteBucket, RemoteBuckets } from '../s3/operations/replication/remote-bucket.ts'

const PARALLEL = 32
/** A connection on which nothing moves for so long is given up: the next try is in a while. */
const IDLE_MILLISECONDS = 30_000

export interface OpenedAt {
  readonly config: Config
  readonly dataDirectory: string | undefined
  readonly disk?: Disk | undefined
  readonly clock: Clock
  readonly random: Random
}

/** The buckets elsewhere that the config names. Throws `ConfigError` where a file that it names cannot be used. */
export async function openRemoteBuckets(at: OpenedAt, resources: DisposableStack): Promise<RemoteBuckets> {
  const opened = new Map<string, RemoteBucket>()
  for (const remote of at.config.replication.destinations)
    opened.set(remoteNameOf(remote.arn), await openRemoteBucket(remote, at, resources))
  return opened
}

async function openRemoteBucket(
  remote: RemoteBucketConfig,
  at: OpenedAt,
  resources: DisposableStack,
): Promise<RemoteBucket> {
  const { clock } = at
  const { arn, bucket = remoteNameOf(arn), parallel = PARALLEL, megabytesPerSecond, isHoldfast } = remote
  const bytesPerSecond = megabytesPerSecond === undefined ? undefined : megabytesPerSecond * 1_000_000
  const source = await openRemoteSource(remote, at, resources)
  return new RemoteS3Bucket({ source, bucket, isHoldfast, parallel, bytesPerSecond, clock })
}

/** The endpoint of a bucket elsewhere, and who signs there. */
export async function openRemoteSource(
  remote: RemoteBucketConfig,
  { config, dataDirectory, disk = systemDisk, clock, random }: OpenedAt,
  resources: DisposableStack,
): Promise<S3Source> {
  const origin = new URL(remote.endpoint)
  const named = { setting: `replication.destinations, ${remote.arn}`, access: remote }
  const isAnywhere = mayBePrivate({ url: origin, privateAddresses: remote.privateAddresses })
  const client = resources.use(
    new HttpClient({
      origin,
      // Each version may have two parts under way.
      mostConnections: 2 * (remote.parallel ?? PARALLEL),
      certificateAuthority: await readCertificateAuthority(disk, named, dataDirectory),
      lookup: isAnywhere ? undefined : publicLookup(),
      idleMilliseconds: IDLE_MILLISECONDS,
    }),
  )
  const signer = await readRemoteCredentials(disk, named, dataDirectory)
  return new S3Source({ client, origin, signer, region: remote.region ?? config.region, clock, random })
}
