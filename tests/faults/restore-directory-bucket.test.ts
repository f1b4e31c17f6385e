import { CreateKeyCommand } from '@aws-sdk/client-kms'
import {
  GetBucketPolicyCommand,
  GetObjectCommand,
  ListDirectoryBucketsCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  RenameObjectCommand,
} from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { directoryName, sdkWithBucket } from '../conformance/directory-buckets/directory-room.ts'
import { mainAccount, testRegion } from '../support/accounts.ts'
import { contentOf } from '../support/content.ts'
import { kmsClient } from '../support/kms-client.ts'
import { bucketRoom } from './bucket-room.ts'

const FIRST = contentOf('first', 200_000)

const policyOf = (bucket: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3express:CreateSession',
      Resource: `arn:aws:s3express:${testRegion}:${mainAccount.id}:bucket/${bucket}`,
      Condition: { StringEquals: { 'aws:UserAgent': 'nobody' } },
    },
  ],
})

it(
  'a directory bucket comes back under a name of its kind and zone, with what was appended',
  { timeout: 120_000 },
  async () => {
    await using room = await bucketRoom()
    const { client, Bucket } = await sdkWithBucket(room.server, 'kept')
    await client.send(new PutObjectCommand({ Bucket, Key: 'log', Body: FIRST }))
    await client.send(
      new PutObjectCommand({ Bucket, Key: 'log', Body: 'second', WriteOffsetBytes: FIRST.length }),
    )
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policyOf(Bucket)) }))
    expect((await room.holdfast('backup', room.backup)).exitCode).toBe(0)

    const restore = (as: string) => room.holdfast('restore', room.backup, '--bucket', Bucket, '--as', as)
    for (const name of ['general', 'kept--usw2-az1--x-s3'])
      expect((await restore(name)).stderr).toContain('Give it a name that ends in --use1-az4--x-s3')
    expect((await restore('kept--nothing')).stderr).toContain('Give it a name')

    const again = directoryName('again')
    expect(await restore(again)).toMatchObject({ exitCode: 0, stderr: '' })
    const { Buckets } = await client.send(new ListDirectoryBucketsCommand({}))
    expect(Buckets?.map(({ Name }) => Name)).toEqual([again, Bucket])
    const { Policy } = await client.send(new GetBucketPolicyCommand({ Bucket: again }))
    expect(JSON.parse(Policy ?? '')).toEqual(policyOf(again))

    // It is one like any other.
    const offset = FIRST.length + 'second'.length
    await client.send(
      new PutObjectCommand({ Bucket: again, Key: 'log', Body: 'third', WriteOffsetBytes: offset }),
    )
    await client.send(new RenameObjectCommand({ Bucket: again, Key: 'old', RenameSource: 'log' }))
    const read = async (at: { Bucket: string; Key: string }) => {
      const { Body } = await client.send(new GetObjectCommand(at))
      return Buffer.from((await Body?.transformToByteArray()) ?? [])
    }
    const appended = Buffer.concat([FIRST, Buffer.from('second')])
    expect((await read({ Bucket, Key: 'log' })).equals(appended)).toBe(true)
    const further = Buffer.concat([appended, Buffer.from('third')])
    expect((await read({ Bucket: again, Key: 'old' })).equals(further)).toBe(true)
    client.destroy()
  },
)

it('objects under a key of the key service are bound to the new name', { timeout: 120_000 }, async () => {
  await using room = await bucketRoom()
  const { client, Bucket } = await sdkWithBucket(room.server, 'sealed')
  const kms = kmsClient(room.server)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  kms.destroy()
  const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KeyMetadata?.KeyId } as const
  const Rules = [{ ApplyServerSideEncryptionByDefault: byDefault }]
  const encryption = { Bucket, ServerSideEncryptionConfiguration: { Rules } }
  await client.send(new PutBucketEncryptionCommand(encryption))
  await client.send(new PutObjectCommand({ Bucket, Key: 'key', Body: FIRST }))
  expect((await room.holdfast('backup', room.backup)).exitCode).toBe(0)

  const again = directoryName('again')
  const restored = await room.holdfast('restore', room.backup, '--bucket', Bucket, '--as', again)
  expect(restored).toMatchObject({ exitCode: 0, stderr: '' })
  const { Body, SSEKMSKeyId } = await client.send(new GetObjectCommand({ Bucket: again, Key: 'key' }))
  expect(FIRST.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true)
  expect(SSEKMSKeyId).toBe(KeyMetadata?.Arn)
  client.destroy()
})
