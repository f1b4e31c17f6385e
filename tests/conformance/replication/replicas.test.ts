import { hash, randomBytes } from 'node:crypto'
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketReplicationCommand,
  DeleteObjectCommand,
  GetObjectAclCommand,
  GetObjectAnnotationCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectAnnotationsCommand,
  ListObjectVersionsCommand,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectAnnotationCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { CreateKeyCommand } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { otherAccount } from '../../support/accounts.ts'
import { contentOf } from '../../support/content.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { ReplicationRoom, ruleTo } from './replication-room.ts'

let room: ReplicationRoom
beforeAll(async () => {
  room = await ReplicationRoom.open()
})
afterAll(() => room[Symbol.asyncDispose]())

/** Says what a bucket takes no new objects of. */
async function blocks(Bucket: string, type: 'NONE' | 'SSE-C'): Promise<void> {
  const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'AES256' } as const
  const Rules = [{ ApplyServerSideEncryptionByDefault, BlockedEncryptionTypes: { EncryptionType: [type] } }]
  const ServerSideEncryptionConfiguration = { Rules }
  await room.client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }))
}

/** The keys that a bucket has, with the statuses of their newest versions. */
async function keysOf(bucket: string): Promise<string[]> {
  const versions = await room.versions(bucket)
  return versions.map(({ key, status, body }) => `${key} ${body === undefined ? 'deleted' : status}`)
}

describe('replicas', () => {
  it('have the id, the bytes and all that is said of the version, and tell that they are replicas', async () => {
    const { from, to } = await room.pair()
    const id = await room.put(from, 'a', {
      ContentType: 'text/plain',
      Metadata: { colour: 'green' },
      Tagging: 'project=one',
      CacheControl: 'no-store',
    })
    await room.server.settle()
    const [source, replica] = await Promise.all([room.get(from, 'a'), room.get(to, 'a')])
    const seen = async (got: typeof source) => ({
      ...got,
      $metadata: undefined,
      Body: await got.Body?.transformToString(),
      ReplicationStatus: undefined,
    })
    expect(await seen(replica)).toEqual(await seen(source))
    expect([source.ReplicationStatus, replica.ReplicationStatus]).toEqual(['COMPLETED', 'REPLICA'])
    expect([replica.VersionId, replica.TagCount, replica.Metadata]).toEqual([id, 1, { colour: 'green' }])
    const { TagSet } = await room.client.send(new GetObjectTaggingCommand({ Bucket: to, Key: 'a' }))
    expect(TagSet).toEqual([{ Key: 'project', Value: 'one' }])
  })

  it('have annotations of their own, whatever becomes of the others', async () => {
    const { from, to } = await room.pair()
    await room.put(from, 'annotated')
    const note = { Bucket: from, Key: 'annotated', AnnotationName: 'note' }
    const AnnotationPayload = 'x'.repeat(100_000)
    await room.client.send(new PutObjectAnnotationCommand({ ...note, AnnotationPayload }))
    // The row of the copy has them from the start.
    const copy = { Bucket: from, Key: 'copy', CopySource: `${from}/annotated` }
    const { VersionId } = await room.client.send(new CopyObjectCommand(copy))
    await room.server.settle()
    const { Annotations } = await room.client.send(
      new ListObjectAnnotationsCommand({ Bucket: to, Key: 'copy' }),
    )
    expect(Annotations).toMatchObject([{ AnnotationName: 'note', ReplicationStatus: 'REPLICA' }])
    await room.client.send(new DeleteObjectCommand({ Bucket: to, Key: 'copy', VersionId }))
    await room.server.settle()
    const got = await room.client.send(new GetObjectAnnotationCommand({ ...note, Key: 'copy' }))
    expect(await got.AnnotationPayload?.transformToString()).toBe(AnnotationPayload)
    expect(got.ReplicationStatus).toBe('COMPLETED')
  })

  it('are made of objects of every size, of copies and of uploads in parts, and stay when the source goes', async () => {
    const { from, to } = await room.pair()
    const sizes = [0, 1, 9000, 100_000, 3_000_000]
    for (const size of sizes) await room.put(from, `${size}`, { Body: contentOf(`${size}`, size) })
    await room.client.send(new CopyObjectCommand({ Bucket: from, Key: 'copy', CopySource: `${from}/100000` }))
    const named = { Bucket: from, Key: 'parts' }
    const { UploadId } = await room.client.send(new CreateMultipartUploadCommand(named))
    const Parts = []
    for (const PartNumber of [1, 2]) {
      const part = { ...named, UploadId, PartNumber, Body: contentOf(`part ${PartNumber}`, 70_000) }
      Parts.push({ PartNumber, ETag: (await room.client.send(new UploadPartCommand(part))).ETag })
    }
    await room.client.send(
      new CompleteMultipartUploadCommand({ ...named, UploadId, MultipartUpload: { Parts } }),
    )
    await room.server.settle()
    for (const Key of [...sizes.map(String), 'copy', 'parts']) {
      const [source, replica] = await Promise.all([room.get(from, Key), room.get(to, Key)])
      expect([replica.ETag, replica.ContentLength]).toEqual([source.ETag, source.ContentLength])
      const VersionId = source.VersionId
      await source.Body?.transformToByteArray()
      await replica.Body?.transformToByteArray()
      await room.client.send(new DeleteObjectCommand({ Bucket: from, Key, VersionId }))
    }
    await room.server.settle()
    for (const size of sizes) {
      const { Body } = await room.get(to, `${size}`)
      expect(
        Buffer.compare((await Body?.transformToByteArray()) ?? Buffer.of(), contentOf(`${size}`, size)),
      ).toBe(0)
    }
    const second = new HeadObjectCommand({ Bucket: to, Key: 'parts', PartNumber: 2 })
    expect(await room.client.send(second)).toMatchObject({ ContentLength: 70_000, PartsCount: 2 })
    expect((await room.client.send(new ListObjectVersionsCommand({ Bucket: from }))).Versions).toBeUndefined()
  })

  it('are opened with the key of a customer who sealed the object', async () => {
    const { from, to } = await room.pair()
    const key = randomBytes(32)
    const customer = {
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKey: key.toString('base64'),
      SSECustomerKeyMD5: hash('md5', key, 'base64'),
    }
    await blocks(from, 'NONE')
    for (const [Key, size] of [
      ['small', 10],
      ['large', 200_000],
    ] as const)
      await room.put(from, Key, { ...customer, Body: contentOf(Key, size) })
    await room.server.settle()
    for (const [Key, size] of [
      ['small', 10],
      ['large', 200_000],
    ] as const) {
      const { Body } = await room.client.send(new GetObjectCommand({ Bucket: to, Key, ...customer }))
      expect(Buffer.compare((await Body?.transformToByteArray()) ?? Buffer.of(), contentOf(Key, size))).toBe(
        0,
      )
    }
    await expect(room.get(to, 'small')).rejects.toMatchObject({ name: 'InvalidRequest' })
    await blocks(to, 'SSE-C')
    await room.put(from, 'blocked', customer)
    await room.put(from, 'others')
    await room.server.settle()
    const head = (Bucket: string) =>
      room.client.send(new HeadObjectCommand({ Bucket, Key: 'blocked', ...customer }))
    await expect(head(to)).rejects.toMatchObject({ name: 'NotFound' })
    expect(await head(from)).toMatchObject({ ReplicationStatus: 'FAILED' })
    expect(await room.status(from, 'others')).toBe('COMPLETED')
  })

  it('of objects under keys of the key service are sealed with the one that the rule names, where it names one', async () => {
    const kms = kmsClient(room.server)
    const [one, other] = await Promise.all(
      [0, 1].map(async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn),
    )
    const sealed = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: one } as const
    const plain = await room.pair()
    await room.put(plain.from, 'a', sealed)
    expect([await room.versions(plain.to), await room.status(plain.from, 'a')]).toEqual([[], undefined])
    const { from, to } = await room.pair({
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
      Destination: { Bucket: '', EncryptionConfiguration: { ReplicaKmsKeyID: other } },
    })
    await room.put(from, 'a', { ...sealed, Body: contentOf('sealed', 100_000) })
    await room.put(from, 'b')
    await room.server.settle()
    const [source, replica] = await Promise.all([room.get(from, 'a'), room.get(to, 'a')])
    expect([source.SSEKMSKeyId, replica.SSEKMSKeyId, replica.ETag]).toEqual([one, other, source.ETag])
    const bytes = await replica.Body?.transformToByteArray()
    expect(Buffer.compare(bytes ?? Buffer.of(), contentOf('sealed', 100_000))).toBe(0)
    expect(await room.get(to, 'b')).toMatchObject({ ServerSideEncryption: 'AES256' })
    kms.destroy()
  })

  it('have the storage class of the rule, and the owner of their bucket where it says so', async () => {
    const [from, to] = [await room.bucket(), await room.bucket({ client: room.other })]
    const role = await room.role()
    const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] }
    for (const [client, Bucket] of [
      [room.client, from],
      [room.other, to],
    ] as const)
      await client.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }))
    await room.replicate(
      from,
      role,
      ruleTo(to, {
        Destination: {
          Bucket: '',
          StorageClass: 'STANDARD_IA',
          Account: otherAccount.id,
          AccessControlTranslation: { Owner: 'Destination' },
        },
      }),
    )
    // Across accounts the other side has to agree.
    await room.put(from, 'refused')
    await room.server.settle()
    expect(await room.status(from, 'refused')).toBe('FAILED')
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: role },
      Action: ['s3:ReplicateObject', 's3:ReplicateTags', 's3:ObjectOwnerOverrideToBucketOwner'],
      Resource: `arn:aws:s3:::${to}/*`,
    }
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
    await room.other.send(new PutBucketPolicyCommand({ Bucket: to, Policy }))
    await room.put(from, 'a')
    await room.server.settle()
    expect(await room.status(from, 'a')).toBe('COMPLETED')
    const replica = await room.get(to, 'a', undefined, room.other)
    expect([replica.StorageClass, await replica.Body?.transformToString()]).toEqual([
      'STANDARD_IA',
      `a in ${from}`,
    ])
    const { Owner } = await room.other.send(new GetObjectAclCommand({ Bucket: to, Key: 'a' }))
    expect(Owner?.ID).toBe(otherAccount.canonicalId)
  })

  it('are locked as the object is', async () => {
    const [from, to] = [await room.bucket({ lock: true }), await room.bucket({ lock: true })]
    await room.replicate(from, await room.role(), ruleTo(to))
    const until = new Date(Date.now() + 86_400_000)
    until.setMilliseconds(0)
    await room.put(from, 'a', {
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate: until,
      ChecksumAlgorithm: 'CRC32',
    })
    await room.server.settle()
    expect(await room.get(to, 'a')).toMatchObject({
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate: until,
    })
    const LegalHold = { Status: 'ON' } as const
    await room.client.send(new PutObjectLegalHoldCommand({ Bucket: from, Key: 'a', LegalHold }))
    await room.server.settle()
    expect(await room.client.send(new GetObjectLegalHoldCommand({ Bucket: to, Key: 'a' }))).toMatchObject({
      LegalHold,
    })
    const { VersionId } = await room.get(to, 'a')
    await expect(
      room.client.send(new DeleteObjectCommand({ Bucket: to, Key: 'a', VersionId })),
    ).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  it('are under the event hold of the object, and released with it', async () => {
    const [from, to] = [await room.bucket({ lock: true }), await room.bucket({ lock: true })]
    await room.replicate(from, await room.role(), ruleTo(to))
    await room.put(from, 'a', {
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockEventHold: 'ON',
      ObjectLockEventHoldDurationDays: 90,
      ChecksumAlgorithm: 'CRC32',
    })
    await room.server.settle()
    const held = { ObjectLockEventHold: 'ON', ObjectLockEventHoldDurationDays: 90 }
    expect(await room.get(to, 'a')).toMatchObject(held)
    const Retention = { Mode: 'COMPLIANCE', EventHold: 'OFF' } as const
    await room.client.send(new PutObjectRetentionCommand({ Bucket: from, Key: 'a', Retention }))
    await room.server.settle()
    const [ours, theirs] = [await room.get(from, 'a'), await room.get(to, 'a')]
    expect(theirs.ObjectLockEventHold).toBe('OFF')
    // By the time when the release arrives.
    expect(theirs.ObjectLockRetainUntilDate?.getTime()).toBeGreaterThanOrEqual(
      ours.ObjectLockRetainUntilDate?.getTime() ?? Infinity,
    )
  })
})

describe('rules', () => {
  it('leave out the keys and tags that they name', async () => {
    const [from, to] = [await room.bucket(), await room.bucket()]
    const Tags = [
      { Key: 'is', Value: 'draft' },
      { Key: 'is', Value: 'private' },
    ]
    const Not = { Or: { Prefixes: ['a/tmp/', 'a/log'], Tags } }
    const DeleteMarkerReplication = { Status: 'Disabled' } as const
    const rule = { Filter: { And: { Prefix: 'a/', Not } }, DeleteMarkerReplication }
    await room.replicate(from, await room.role(), ruleTo(to, rule))
    for (const [key, Tagging] of [
      ['a/1', ''],
      ['a/final', 'is=final'],
      ['a/draft', 'is=draft'],
      ['a/private', 'x=y&is=private'],
      ['a/tmp/1', ''],
      ['a/log-1', ''],
      ['b', ''],
    ] as const)
      await room.put(from, key, { Tagging })
    expect(await keysOf(to)).toEqual(['a/1 REPLICA', 'a/final REPLICA'])
  })

  it('are about the keys and tags that they name, and of several the one of the highest priority counts', async () => {
    const [from, one, two, role] = [
      await room.bucket(),
      await room.bucket(),
      await room.bucket(),
      await room.role(),
    ]
    const noMarkers = { DeleteMarkerReplication: { Status: 'Disabled' } } as const
    const Tag = { Key: 'to', Value: 'two' }
    await room.replicate(
      from,
      role,
      ruleTo(one, { ID: 'low', Priority: 1, Filter: { Prefix: 'a/' }, ...noMarkers }),
      ruleTo(one, {
        ID: 'high',
        Priority: 2,
        Filter: { Prefix: 'a/ia/' },
        Destination: { Bucket: '', StorageClass: 'STANDARD_IA' },
      }),
      ruleTo(two, { ID: 'tag', Priority: 3, Filter: { Tag }, ...noMarkers }),
      ruleTo(two, {
        ID: 'and',
        Priority: 4,
        Filter: { And: { Prefix: 'b/', Tags: [Tag, { Key: 'x', Value: 'y' }] } },
        ...noMarkers,
        Destination: { Bucket: '', StorageClass: 'ONEZONE_IA' },
      }),
      ruleTo(two, { ID: 'off', Priority: 5, Filter: { Prefix: '' }, Status: 'Disabled' }),
    )
    for (const [key, Tagging] of [
      ['a/1', ''],
      ['a/ia/1', ''],
      ['b/1', 'to=two'],
      ['b/2', 'to=two&x=y'],
      ['a/both', 'to=two'],
      ['c', 'to=one'],
    ] as const)
      await room.put(from, key, { Tagging })
    expect(await keysOf(one)).toEqual(['a/1 REPLICA', 'a/both REPLICA', 'a/ia/1 REPLICA'])
    expect(await keysOf(two)).toEqual(['a/both REPLICA', 'b/1 REPLICA', 'b/2 REPLICA'])
    expect(await room.status(from, 'c')).toBeUndefined()
    const classes = [
      room.get(one, 'a/ia/1'),
      room.get(one, 'a/1'),
      room.get(two, 'b/2'),
      room.get(two, 'b/1'),
    ]
    expect((await Promise.all(classes)).map(({ StorageClass }) => StorageClass)).toEqual([
      'STANDARD_IA',
      undefined,
      'ONEZONE_IA',
      undefined,
    ])
    // Markers go by rules that say so, and by none with tags.
    for (const Key of ['a/1', 'a/ia/1', 'b/1'])
      await room.client.send(new DeleteObjectCommand({ Bucket: from, Key }))
    expect(await keysOf(one)).toEqual(['a/1 REPLICA', 'a/both REPLICA', 'a/ia/1 deleted', 'a/ia/1 REPLICA'])
    expect(await keysOf(two)).toEqual(['a/both REPLICA', 'b/1 REPLICA', 'b/2 REPLICA'])
  })

  it('without a filter are about all objects, and say themselves whether markers go', async () => {
    const [from, to] = [await room.bucket(), await room.bucket()]
    await room.replicate(
      from,
      await room.role(),
      ruleTo(to, { Filter: undefined, DeleteMarkerReplication: { Status: 'Disabled' } }),
    )
    await room.put(from, 'a')
    await room.client.send(new DeleteObjectCommand({ Bucket: from, Key: 'a' }))
    expect(await keysOf(to)).toEqual(['a REPLICA'])
  })

  it('with a prefix alone bring delete markers along, and no deletion of a version', async () => {
    const [from, to] = [await room.bucket(), await room.bucket()]
    const { Filter: _, Priority: __, DeleteMarkerReplication: ___, ...first } = ruleTo(to)
    await room.replicate(from, await room.role(), { ...first, Prefix: 'a' })
    const VersionId = await room.put(from, 'a')
    const marker = await room.client.send(new DeleteObjectCommand({ Bucket: from, Key: 'a' }))
    const both = await room.versions(to)
    expect(new Map(both.map(({ id, body }) => [id, body]))).toEqual(
      new Map([
        [VersionId, `a in ${from}`],
        [marker.VersionId, undefined],
      ]),
    )
    for (const id of [VersionId, marker.VersionId])
      await room.client.send(new DeleteObjectCommand({ Bucket: from, Key: 'a', VersionId: id }))
    expect(await room.versions(to)).toEqual(both)
  })

  it('bring changes of tags along, for versions that they brought', async () => {
    const [from, to] = [await room.bucket(), await room.bucket()]
    await room.put(from, 'before')
    await room.replicate(from, await room.role(), ruleTo(to))
    await room.put(from, 'a')
    const Tagging = { TagSet: [{ Key: 'k', Value: 'v' }] }
    for (const Key of ['a', 'before'])
      await room.client.send(new PutObjectTaggingCommand({ Bucket: from, Key, Tagging }))
    expect(await keysOf(to)).toEqual(['a REPLICA'])
    const tags = new GetObjectTaggingCommand({ Bucket: to, Key: 'a' })
    expect((await room.client.send(tags)).TagSet).toEqual(Tagging.TagSet)
    expect(await room.status(from, 'a')).toBe('COMPLETED')
  })

  it('of two buckets for each other make no loop; what changes of a replica goes back where a rule says so', async () => {
    const [one, two, role] = [await room.bucket(), await room.bucket(), await room.role()]
    const back = { ReplicaModifications: { Status: 'Enabled' } } as const
    await room.replicate(one, role, ruleTo(two))
    await room.replicate(two, role, ruleTo(one, { SourceSelectionCriteria: back }))
    for (const [bucket, key] of [
      [one, 'a'],
      [two, 'a'],
      [one, 'b'],
      [two, 'c'],
    ] as const)
      await room.put(bucket, key)
    await room.client.send(new DeleteObjectCommand({ Bucket: two, Key: 'b' }))
    const plain = (versions: Awaited<ReturnType<typeof room.versions>>) =>
      versions.map((version) => ({ ...version, status: undefined }))
    expect(plain(await room.versions(one))).toEqual(plain(await room.versions(two)))
    expect(await room.versions(one)).toHaveLength(5)
    const Tagging = { TagSet: [{ Key: 'k', Value: 'v' }] }
    const replica = (await room.versions(two)).find(({ key, status }) => key === 'a' && status === 'REPLICA')
    const changed = { Bucket: two, Key: 'a', VersionId: replica?.id }
    await room.client.send(new PutObjectTaggingCommand({ ...changed, Tagging }))
    await room.server.settle()
    const back1 = await room.client.send(new GetObjectTaggingCommand({ ...changed, Bucket: one }))
    expect(back1.TagSet).toEqual(Tagging.TagSet)
    expect(await room.status(two, 'a', replica?.id)).toBe('REPLICA')
  })

  it('that are gone replicate nothing new', async () => {
    const { from, to } = await room.pair()
    await room.put(from, 'a')
    await room.server.settle()
    await room.client.send(new DeleteBucketReplicationCommand({ Bucket: from }))
    await room.put(from, 'b')
    expect(await keysOf(to)).toEqual(['a REPLICA'])
    expect([await room.status(from, 'a'), await room.status(from, 'b')]).toEqual(['COMPLETED', undefined])
  })
})
