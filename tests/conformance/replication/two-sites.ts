import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3'
import type { StartServerOptions } from 'holdfast'
import { mainCredentials } from '../../support/accounts.ts'
import { ReplicationRoom, ruleTo } from './replication-room.ts'

export type RemoteInput = NonNullable<NonNullable<StartServerOptions['replication']>['destinations']>[number]

/** How rules of one server name a bucket of another. */
export function arnOf(bucket: string): string {
  return `arn:aws:s3:::${bucket}`
}

/** Another server with a bucket `there`, and one here that knows it as `away`. */
export class TwoSites implements AsyncDisposable {
  readonly here: ReplicationRoom
  readonly there: ReplicationRoom

  private constructor(here: ReplicationRoom, there: ReplicationRoom) {
    this.here = here
    this.there = there
  }

  static async open(
    options: {
      readonly here?: StartServerOptions
      readonly there?: StartServerOptions
      readonly remote?: Partial<RemoteInput>
      readonly lock?: boolean
    } = {},
  ): Promise<TwoSites> {
    const there = await ReplicationRoom.open(options.there)
    await makeBucket(there, 'there', options.lock)
    const remote = { ...remoteOf(there.server.url), ...options.remote }
    const here = await ReplicationRoom.open({ ...options.here, replication: { destinations: [remote] } })
    await makeBucket(here, 'here', options.lock)
    return new TwoSites(here, there)
  }

  /** A rule for all that is in the bucket here. */
  async replicate(parts: Parameters<typeof ruleTo>[1] = {}): Promise<void> {
    await this.here.replicate('here', await this.here.role(), ruleTo('away', parts))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.here[Symbol.asyncDispose]()
    await this.there[Symbol.asyncDispose]()
  }
}

export function remoteOf(endpoint: string): RemoteInput {
  return { arn: arnOf('away'), endpoint, bucket: 'there', accessKey: { ...mainCredentials } }
}

export async function makeBucket({ client }: ReplicationRoom, Bucket: string, lock = false): Promise<void> {
  await client.send(new CreateBucketCommand({ Bucket, ...(lock && { ObjectLockEnabledForBucket: true }) }))
  const VersioningConfiguration = { Status: 'Enabled' } as const
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
}
