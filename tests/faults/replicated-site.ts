import {
  CreateBucketCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { mainCredentials } from '../support/accounts.ts'
import { executable } from '../support/executable.ts'
import { makeRole } from '../support/identity-clients.ts'
import { runCommand } from '../support/run-command.ts'
import type { ServerAddress } from '../support/raw-request.ts'

/** The bucket of each of two servers. */
export const Bucket = 'photos'

const TRUST_S3 = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})

/** That of a server elsewhere, for the config. */
export function remoteTo(endpoint: string, accessKey: ServerAddress['credentials'] = mainCredentials) {
  return { arn: 'arn:aws:s3:::far', endpoint, bucket: Bucket, accessKey }
}

/** The bucket, with versioning. */
export async function makeBucket(client: S3Client): Promise<void> {
  await client.send(new CreateBucketCommand({ Bucket }))
  const VersioningConfiguration = { Status: 'Enabled' } as const
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
}

/** The same, with a rule by which all of it goes elsewhere. */
export async function setUp(server: ServerAddress, client: S3Client): Promise<void> {
  const policy = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
  const Role = await makeRole(server, { RoleName: 'r', AssumeRolePolicyDocument: TRUST_S3 }, policy)
  await makeBucket(client)
  const Rule = { Status: 'Enabled' as const, Prefix: '', Destination: { Bucket: 'arn:aws:s3:::far' } }
  const ReplicationConfiguration = { Role, Rules: [Rule] }
  await client.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }))
}

/** How many versions wait to be replicated. */
export async function waiting({ dataDirectory }: { readonly dataDirectory: string }): Promise<number> {
  const words = [executable, 'replication', '--data', dataDirectory, '--json']
  const { text } = await runCommand(process.execPath, words)
  return (JSON.parse(text) as { waiting: number }[]).reduce((sum, each) => sum + each.waiting, 0)
}
