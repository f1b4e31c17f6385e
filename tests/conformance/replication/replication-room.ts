import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type ReplicationRule,
  type S3Client,
} from '@aws-sdk/client-s3'
import { type StartServerOptions, startServer, type TestServer } from 'holdfast'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { iamClient } from '../../support/identity-clients.ts'
import { inTimeOf } from '../../support/in-time-of.ts'
import { s3Client } from '../../support/s3-client.ts'

export const TRUST_S3 = {
  Effect: 'Allow',
  Principal: { Service: 's3.amazonaws.com' },
  Action: 'sts:AssumeRole',
}

/** All that S3's own example of a policy for replication grants, and what tags, locks and owners take besides. */
export const REPLICATES = [
  { Effect: 'Allow', Action: ['s3:GetReplicationConfiguration', 's3:ListBucket'], Resource: '*' },
  {
    Effect: 'Allow',
    Action: [
      's3:GetObjectVersionForReplication',
      's3:GetObjectVersionAcl',
      's3:GetObjectVersionTagging',
      's3:GetObjectVersionAnnotationForReplication',
      's3:GetObjectRetention',
      's3:GetObjectLegalHold',
    ],
    Resource: '*',
  },
  {
    Effect: 'Allow',
    Action: [
      's3:ReplicateObject',
      's3:ReplicateDelete',
      's3:ReplicateTags',
      's3:ObjectOwnerOverrideToBucketOwner',
    ],
    Resource: '*',
  },
  { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:Encrypt'], Resource: '*' },
] as const

export type RuleParts = Partial<ReplicationRule> & { readonly to?: string }

/** A rule of the second version for a bucket, for all that is in it unless `parts` say otherwise. */
export function ruleTo(to: string, parts: Partial<ReplicationRule> = {}): ReplicationRule {
  return {
    ID: `to ${to}`,
    Status: 'Enabled',
    Priority: 1,
    Filter: { Prefix: '' },
    DeleteMarkerReplication: { Status: 'Enabled' },
    ...parts,
    Destination: { ...parts.Destination, Bucket: `arn:aws:s3:::${to}` },
  }
}

/** What is seen of a version that is replicated, or is a replica. */
export interface SeenVersion {
  readonly key: string
  readonly id: string | undefined
  readonly isLatest: boolean | undefined
  readonly body: string | undefined
  readonly status: string | undefined
}

/** A server with two accounts, buckets with versioning, and roles that S3 may replicate as. */
export class ReplicationRoom implements AsyncDisposable {
  readonly server: TestServer
  readonly client: S3Client
  readonly other: S3Client
  #made = 0

  private constructor(server: TestServer) {
    this.server = server
    this.client = inTimeOf(server, s3Client(server))
    this.other = inTimeOf(server, s3Client(server, { credentials: { ...otherCredentials } }))
  }

  static async open(options: StartServerOptions = {}): Promise<ReplicationRoom> {
    return new ReplicationRoom(
      await startServer({ accounts: [mainAccount, otherAccount], minimumPartBytes: 1, ...options }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.destroy()
    this.other.destroy()
    await this.server[Symbol.asyncDispose]()
  }

  /** A bucket with versioning. */
  async bucket({ lock = false, client = this.client } = {}): Promise<string> {
    const Bucket = `replicated-${++this.#made}`
    await client.send(new CreateBucketCommand({ Bucket, ...(lock && { ObjectLockEnabledForBucket: true }) }))
    const VersioningConfiguration = { Status: 'Enabled' } as const
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
    return Bucket
  }

  /** The ARN of a new role. */
  async role(statements: readonly object[] = REPLICATES, trust: object = TRUST_S3): Promise<string> {
    const iam = inTimeOf(this.server, iamClient(this.server))
    const RoleName = `replication-${++this.#made}`
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
    await this.allow(RoleName, statements)
    return Role?.Arn ?? ''
  }

  async allow(RoleName: string, Statement: readonly object[]): Promise<void> {
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    const put = new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument })
    await inTimeOf(this.server, iamClient(this.server)).send(put)
  }

  async replicate(Bucket: string, Role: string, ...Rules: ReplicationRule[]): Promise<void> {
    const ReplicationConfiguration = { Role, Rules }
    await this.client.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }))
  }

  /** A source and a destination, with a rule between them. */
  async pair(parts: Partial<ReplicationRule> = {}): Promise<{ from: string; to: string; role: string }> {
    const [from, to, role] = [await this.bucket(), await this.bucket(), await this.role()]
    await this.replicate(from, role, ruleTo(to, parts))
    return { from, to, role }
  }

  async put(Bucket: string, Key: string, more: Partial<PutObjectCommandInput> = {}): Promise<string> {
    const input = { Body: `${Key} in ${Bucket}`, ...more, Bucket, Key }
    return (await this.client.send(new PutObjectCommand(input))).VersionId ?? ''
  }

  get(
    Bucket: string,
    Key: string,
    VersionId?: string,
    client = this.client,
  ): Promise<GetObjectCommandOutput> {
    return client.send(new GetObjectCommand({ Bucket, Key, VersionId }))
  }

  async status(Bucket: string, Key: string, VersionId?: string): Promise<string | undefined> {
    return (await this.client.send(new HeadObjectCommand({ Bucket, Key, VersionId }))).ReplicationStatus
  }

  /** All versions of a bucket, newest first for each key, once nothing waits any more. */
  async versions(Bucket: string, client = this.client): Promise<SeenVersion[]> {
    await this.server.settle()
    const listed = await client.send(new ListObjectVersionsCommand({ Bucket }))
    const objects = (listed.Versions ?? []).map(async ({ Key = '', VersionId, IsLatest, LastModified }) => {
      const { Body, ReplicationStatus } = await this.get(Bucket, Key, VersionId, client)
      const body = await Body?.transformToString()
      return [
        LastModified,
        { key: Key, id: VersionId, isLatest: IsLatest, body, status: ReplicationStatus },
      ] as const
    })
    const markers = (listed.DeleteMarkers ?? []).map(
      ({ Key = '', VersionId, IsLatest, LastModified }) =>
        [
          LastModified,
          { key: Key, id: VersionId, isLatest: IsLatest, body: undefined, status: undefined },
        ] as const,
    )
    const all = [...(await Promise.all(objects)), ...markers].map(([, version]) => version)
    return all.toSorted((one, two) => `${one.key} ${one.id}`.localeCompare(`${two.key} ${two.id}`))
  }
}
