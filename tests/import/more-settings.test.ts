import {
  CreateBucketCommand,
  GetBucketAbacCommand,
  GetBucketAccelerateConfigurationCommand,
  GetBucketReplicationCommand,
  ListBucketAnalyticsConfigurationsCommand,
  ListBucketIntelligentTieringConfigurationsCommand,
  ListBucketMetricsConfigurationsCommand,
  PutBucketAbacCommand,
  PutBucketAccelerateConfigurationCommand,
  PutBucketAnalyticsConfigurationCommand,
  PutBucketIntelligentTieringConfigurationCommand,
  PutBucketMetricsConfigurationCommand,
  PutBucketReplicationCommand,
  PutBucketTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { mainAccount } from '../support/accounts.ts'
import { makeRole } from '../support/identity-clients.ts'
import { s3Client } from '../support/s3-client.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { setVersioning } from '../support/versioning.ts'
import { importRoom } from './import-room.ts'

const Bucket = 'source'
const DESTINATIONS = ['copies', 'elsewhere']

function makeReplicator(server: ServerProcess): Promise<string> {
  const Statement = { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' }
  const trust = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] })
  return makeRole(server, { RoleName: 'replicator', AssumeRolePolicyDocument: trust })
}

async function configure(client: S3Client, Role: string): Promise<void> {
  const accelerated = { Bucket, AccelerateConfiguration: { Status: 'Enabled' } } as const
  await client.send(new PutBucketAccelerateConfigurationCommand(accelerated))
  const TagSet = [{ Key: 'team', Value: 'one' }]
  await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
  await client.send(new PutBucketAbacCommand({ Bucket, AbacStatus: { Status: 'Enabled' } }))
  for (const Id of ['all', 'some']) {
    const MetricsConfiguration = { Id, ...(Id === 'some' && { Filter: { Prefix: 'a&b/' } }) }
    await client.send(new PutBucketMetricsConfigurationCommand({ Bucket, Id, MetricsConfiguration }))
    const AnalyticsConfiguration = { ...MetricsConfiguration, StorageClassAnalysis: {} }
    await client.send(new PutBucketAnalyticsConfigurationCommand({ Bucket, Id, AnalyticsConfiguration }))
  }
  const tiering = {
    Id: 'deep',
    Status: 'Enabled',
    Tierings: [{ AccessTier: 'ARCHIVE_ACCESS', Days: 90 }],
  } as const
  await client.send(
    new PutBucketIntelligentTieringConfigurationCommand({
      Bucket,
      Id: 'deep',
      IntelligentTieringConfiguration: { ...tiering, Tierings: [...tiering.Tierings] },
    }),
  )
  const Rules = DESTINATIONS.map((name, index) => ({
    ID: `to ${name}`,
    Priority: index,
    Status: 'Enabled' as const,
    Filter: { Prefix: '' },
    DeleteMarkerReplication: { Status: 'Disabled' as const },
    Destination: { Bucket: `arn:aws:s3:::${name}` },
  }))
  await client.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration: { Role, Rules } }))
}

it(
  'brings acceleration, metrics, tiers, storage class analyses, ABAC, and the rules of replication whose destinations are here',
  { timeout: 120_000 },
  async () => {
    await using source = await startServerProcess()
    await using room = await importRoom()
    const there = s3Client(source)
    const here = s3Client(room.target)
    for (const name of [Bucket, ...DESTINATIONS]) {
      await there.send(new CreateBucketCommand({ Bucket: name }))
      await setVersioning(source, name, 'Enabled')
    }
    await here.send(new CreateBucketCommand({ Bucket: 'copies' }))
    await setVersioning(room.target, 'copies', 'Enabled')
    await configure(there, await makeReplicator(source))

    const first = await room.import(source, '--bucket', Bucket)
    const elsewhere =
      'DIFFERS source: replication: rule to elsewhere goes to arn:aws:s3:::elsewhere, which is not here\n'
    expect(first.text).toContain(
      `${elsewhere}DIFFERS source: replication: its role arn:aws:iam::${mainAccount.id}:role/replicator is not here`,
    )
    expect([first.stderr, first.exitCode]).toEqual(['', 1])
    await makeReplicator(room.target)
    const second = await room.import(source, '--bucket', Bucket)
    expect([second.text.startsWith(elsewhere), second.text.match(/DIFFERS/g)?.length, second.stderr]).toEqual(
      [true, 1, ''],
    )

    const told = async (client: S3Client) => {
      const answers = [
        await client.send(new GetBucketAccelerateConfigurationCommand({ Bucket })),
        await client.send(new ListBucketMetricsConfigurationsCommand({ Bucket })),
        await client.send(new ListBucketIntelligentTieringConfigurationsCommand({ Bucket })),
        await client.send(new ListBucketAnalyticsConfigurationsCommand({ Bucket })),
        await client.send(new GetBucketAbacCommand({ Bucket })),
      ]
      return answers.map((answer) => ({ ...answer, $metadata: undefined }))
    }
    expect(await told(here)).toEqual(await told(there))
    expect((await told(here))[3]).toHaveProperty('AnalyticsConfigurationList.length', 2)
    expect((await told(here))[1]).toHaveProperty('MetricsConfigurationList.length', 2)
    const { ReplicationConfiguration } = await here.send(new GetBucketReplicationCommand({ Bucket }))
    expect(ReplicationConfiguration?.Rules?.map(({ ID }) => ID)).toEqual(['to copies'])
    there.destroy()
    here.destroy()
  },
)
