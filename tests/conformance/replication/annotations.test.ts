import {
  CopyObjectCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectAnnotationCommand,
  DeleteObjectCommand,
  GetObjectAnnotationCommand,
  ListObjectAnnotationsCommand,
  PutBucketPolicyCommand,
  PutObjectAnnotationCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { rawRequest } from '../../support/raw-request.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { REPLICATES, ReplicationRoom, ruleTo } from './replication-room.ts'
import { makeBucket, remoteOf, TwoSites } from './two-sites.ts'
import { freePort } from '../../support/free-port.ts'

const both = { SourceSelectionCriteria: { ReplicaModifications: { Status: 'Enabled' } } } as const

const UNKNOWN = 'fe6b1f3c0000ffff0123456789abcdef'

const annotate = (
  { client }: ReplicationRoom,
  Bucket: string,
  name: string,
  text: string,
  VersionId?: string,
) =>
  client.send(
    new PutObjectAnnotationCommand({
      Bucket,
      Key: 'key',
      AnnotationName: name,
      AnnotationPayload: text,
      VersionId,
    }),
  )

const remove = ({ client }: ReplicationRoom, Bucket: string, AnnotationName: string) =>
  client.send(new DeleteObjectAnnotationCommand({ Bucket, Key: 'key', AnnotationName }))

/** Names, texts and statuses of the annotations of a version. */
async function notesOf(
  { client, server }: ReplicationRoom,
  Bucket: string,
  VersionId?: string,
): Promise<string[]> {
  await server.settle()
  const at = { Bucket, Key: 'key', VersionId }
  const { Annotations = [] } = await client.send(new ListObjectAnnotationsCommand(at))
  return Promise.all(
    Annotations.map(async ({ AnnotationName, ReplicationStatus, LastModified }) => {
      const got = await client.send(new GetObjectAnnotationCommand({ ...at, AnnotationName }))
      expect(got.ReplicationStatus).toBe(ReplicationStatus)
      expect(Number(got.LastModified)).toBe(Math.floor(Number(LastModified) / 1000) * 1000)
      return `${AnnotationName}=${await got.AnnotationPayload?.transformToString()} ${ReplicationStatus}`
    }),
  )
}

interface Pair {
  readonly here: ReplicationRoom
  readonly from: string
  readonly there: ReplicationRoom
  readonly to: string
}

async function assertFollows({ here, from, there, to }: Pair): Promise<void> {
  const first = await here.put(from, 'key', { Body: 'one' })
  await annotate(here, from, 'a', 'early')
  await here.put(from, 'key', { Body: 'two' })
  const long = 'é'.repeat(300_000)
  await annotate(here, from, 'b', long)
  await annotate(here, from, 'c', 'gone here')
  await here.server.settle()
  expect(await notesOf(there, to)).toEqual([`b=${long} REPLICA`, 'c=gone here REPLICA'])
  expect(await notesOf(here, from)).toEqual([`b=${long} COMPLETED`, 'c=gone here COMPLETED'])
  here.server.clock.advance(1000)
  if (there !== here) there.server.clock.advance(1000)
  await annotate(here, from, 'a', 'late', first)
  await annotate(here, from, 'b', 'short')
  await remove(here, from, 'c')
  await here.server.settle()
  expect(await notesOf(here, from)).toEqual(['b=short COMPLETED'])
  expect(await notesOf(there, to)).toEqual(['b=short REPLICA', 'c=gone here REPLICA'])
  expect(await notesOf(there, to, first)).toEqual(['a=late REPLICA'])
  expect(await here.status(from, 'key')).toBe('COMPLETED')
}

describe('annotations follow their object, each by itself', () => {
  it('to a bucket of this server', async () => {
    expect.hasAssertions()
    await using here = await ReplicationRoom.open()
    const { from, to } = await here.pair()
    await assertFollows({ here, from, there: here, to })
  })

  it('to another Holdfast', async () => {
    expect.hasAssertions()
    await using sites = await TwoSites.open()
    await sites.replicate()
    await assertFollows({ here: sites.here, from: 'here', there: sites.there, to: 'there' })
  })
})

it('annotations stay here where the store elsewhere is no Holdfast, and hold up nothing', async () => {
  await using sites = await TwoSites.open({ remote: { isHoldfast: false } })
  const { here, there } = sites
  await sites.replicate()
  await here.put('here', 'key')
  await annotate(here, 'here', 'a', 'text')
  await here.server.settle()
  expect(await notesOf(here, 'here')).toEqual(['a=text undefined'])
  expect(await here.status('here', 'key')).toBe('COMPLETED')
  expect(await there.versions('there')).toHaveLength(1)
  expect(await notesOf(there, 'there')).toEqual([])
})

it('of two servers that replicate to each other, the later annotation of a name stays on both', async () => {
  const ports = [await freePort(), await freePort()] as const
  const open = (at: 0 | 1): Promise<ReplicationRoom> => {
    const remote = { ...remoteOf(`http://127.0.0.1:${ports[at === 0 ? 1 : 0]}`), bucket: 'same' }
    return ReplicationRoom.open({ port: ports[at], replication: { destinations: [remote] } })
  }
  await using one = await open(0)
  await using two = await open(1)
  for (const room of [one, two]) {
    await makeBucket(room, 'same')
    await room.replicate('same', await room.role(), ruleTo('away', both))
  }
  await one.put('same', 'key')
  await one.server.settle()
  for (let round = 0; round < 8; round++) {
    await Promise.all(
      [one, two].map(async (room, at) => {
        room.server.clock.advance(round * 7 + at)
        await annotate(room, 'same', 'shared', `${round} of ${at}`)
        await annotate(room, 'same', `own ${at}`.replace(' ', '-'), `${round}`)
      }),
    )
    if (round % 2 === 1) await Promise.all([one.server.settle(), two.server.settle()])
  }
  for (const room of [one, two, one, two]) await room.server.settle()
  const plain = (notes: readonly string[]) => notes.map((note) => note.replace(/ \w+$/, ''))
  const [here, there] = [await notesOf(one, 'same'), await notesOf(two, 'same')]
  expect(plain(here)).toEqual(plain(there))
  expect(here).toHaveLength(3)
})

const ANNOTATES = 's3:GetObjectVersionAnnotationForReplication'

/** What the role of an ARN may do, but for these actions. */
const allowWithout = (room: ReplicationRoom, role: string, ...actions: string[]) =>
  room.allow(role.split('/').at(-1) ?? '', [
    ...REPLICATES,
    { Effect: 'Deny', Action: actions, Resource: '*' },
  ])

it.each([ANNOTATES, 's3:ReplicateObjectAnnotation'])(
  'a role that is denied %s replicates versions, and no annotations',
  async (action) => {
    await using room = await ReplicationRoom.open()
    const { from, to, role } = await room.pair()
    await room.put(from, 'key')
    await annotate(room, from, 'a', 'before')
    await room.server.settle()
    await allowWithout(room, role, action)
    await annotate(room, from, 'a', 'after')
    await annotate(room, from, 'b', 'after')
    await room.put(from, 'other')
    expect(await notesOf(room, to)).toEqual(['a=before REPLICA'])
    expect(await notesOf(room, from)).toEqual(['a=after FAILED', 'b=after FAILED'])
    expect([await room.status(from, 'key'), await room.status(from, 'other')]).toEqual([
      'COMPLETED',
      'COMPLETED',
    ])
    // A copy brings its annotations with it.
    const CopySource = `${from}/key`
    await room.client.send(new CopyObjectCommand({ Bucket: from, Key: 'copy', CopySource }))
    await room.server.settle()
    expect(await room.status(from, 'copy')).toBe('COMPLETED')
    const copied = { Bucket: from, Key: 'copy' }
    const { Annotations = [] } = await room.client.send(new ListObjectAnnotationsCommand(copied))
    expect(Annotations.map(({ ReplicationStatus }) => ReplicationStatus)).toEqual(['FAILED', 'FAILED'])
  },
)

it('annotations need a permission of the source of their own, and none of the destination', async () => {
  await using room = await ReplicationRoom.open()
  const { from, to, role } = await room.pair()
  const name = role.split('/').at(-1) ?? ''
  await room.put(from, 'key')
  await room.server.settle()
  const without = REPLICATES.map((statement) => ({
    ...statement,
    Action: statement.Action.filter((action) => action !== ANNOTATES),
  }))
  await room.allow(name, without)
  await annotate(room, from, 'a', 'text')
  expect(await notesOf(room, from)).toEqual(['a=text FAILED'])
  await room.allow(name, REPLICATES)
  await annotate(room, from, 'a', 'again')
  expect(await notesOf(room, from)).toEqual(['a=again COMPLETED'])
  expect(await notesOf(room, to)).toEqual(['a=again REPLICA'])
})

it('the policy of a destination keeps annotations away, here and on another Holdfast', async () => {
  await using sites = await TwoSites.open()
  const { here, there } = sites
  const role = await here.role()
  const near = await here.bucket()
  await here.replicate('here', role, ruleTo('away'), ruleTo(near, { Priority: 2 }))
  const deny = (Bucket: string) => ({
    Bucket,
    Policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:ReplicateObjectAnnotation',
        Resource: `arn:aws:s3:::${Bucket}/*`,
      },
    }),
  })
  await here.client.send(new PutBucketPolicyCommand(deny(near)))
  await there.client.send(new PutBucketPolicyCommand(deny('there')))
  await here.put('here', 'key')
  await annotate(here, 'here', 'a', 'text')
  expect(await notesOf(here, 'here')).toEqual(['a=text FAILED'])
  expect(await here.status('here', 'key')).toBe('COMPLETED')
  expect([await here.versions(near), await there.versions('there')]).toEqual([
    [expect.objectContaining({ status: 'REPLICA' })],
    [expect.objectContaining({ status: 'REPLICA' })],
  ])
  expect([await notesOf(here, near), await notesOf(there, 'there')]).toEqual([[], []])
  // What one destination took does not hide that another did not.
  await here.client.send(new DeleteBucketPolicyCommand({ Bucket: near }))
  await annotate(here, 'here', 'b', 'text')
  expect(await notesOf(here, 'here')).toEqual(['a=text FAILED', 'b=text FAILED'])
  expect(await notesOf(here, near)).toEqual(['b=text REPLICA'])
})

it('an annotation that is deleted stays at its replica, and one that waited to go there goes no more', async () => {
  await using room = await ReplicationRoom.open()
  const { from, to } = await room.pair()
  await room.put(from, 'key')
  await annotate(room, from, 'a', 'text')
  await annotate(room, from, 'b', 'text')
  await room.server.settle()
  // What is queued says the name alone, as older versions queued deletions.
  await annotate(room, from, 'a', 'new')
  await remove(room, from, 'a')
  await remove(room, from, 'b')
  expect(await notesOf(room, from)).toEqual([])
  expect(await notesOf(room, to)).toEqual([
    expect.stringMatching(/^a=(?:text|new) REPLICA$/),
    'b=text REPLICA',
  ])
  expect(await room.status(from, 'key')).toBe('COMPLETED')
})

it('an annotation of a replica that is gone fails alone', async () => {
  await using room = await ReplicationRoom.open()
  const { from, to } = await room.pair()
  const VersionId = await room.put(from, 'key')
  await room.server.settle()
  await room.client.send(new DeleteObjectCommand({ Bucket: to, Key: 'key', VersionId }))
  await annotate(room, from, 'a', 'text')
  expect(await notesOf(room, from)).toEqual(['a=text FAILED'])
  expect(await room.versions(to)).toEqual([])
})

it('received annotations are for those alone who may replicate', async () => {
  await using room = await ReplicationRoom.open()
  const bucket = await room.bucket()
  const order = await room.put(bucket, 'key')
  const allow = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: '*' })
  const annotator = await makeUser(
    room.server,
    'a',
    allow('s3:PutObjectAnnotation', 's3:DeleteObjectAnnotation'),
  )
  const putter = await makeUser(room.server, 'r', allow('s3:ReplicateObject'))
  const remover = await makeUser(room.server, 'd', allow('s3:ReplicateDelete'))
  const ask = (method: string, who: typeof annotator, said: object) =>
    rawRequest(room.server, {
      method,
      path: `/${bucket}/key`,
      query: 'annotation=&annotationName=a',
      body: method === 'PUT' ? 'text' : '',
      credentials: who,
      headers: { 'x-amz-holdfast-replica': Buffer.from(JSON.stringify(said)).toString('base64url') },
    })
  const said = { what: 'change', order, modifiedMilliseconds: Date.now() }
  for (const who of [annotator, remover]) expect((await ask('PUT', who, said)).status).toBe(403)
  const missing = await ask('PUT', putter, { ...said, order: UNKNOWN })
  // Who may not list the bucket is not told what is missing.
  expect([missing.status, missing.errorCode]).toEqual([403, 'AccessDenied'])
  const told = await ask('PUT', room.server.credentials, { ...said, order: UNKNOWN })
  expect([told.status, told.errorCode]).toEqual([404, 'NoSuchVersion'])
  expect((await ask('PUT', putter, { what: 'no' })).status).toBe(400)
  const denied = { Effect: 'Deny', Action: 's3:ReplicateObjectAnnotation', Resource: '*' }
  const guarded = await makeUser(room.server, 'g', allow('s3:ReplicateObject'), denied)
  expect((await ask('PUT', guarded, said)).status).toBe(403)
  expect((await ask('PUT', putter, said)).status).toBe(200)
  // Deletions, which older versions send, are taken and change nothing.
  for (const who of [annotator, putter]) expect((await ask('DELETE', who, said)).status).toBe(403)
  expect((await ask('DELETE', remover, said)).status).toBe(204)
  expect(await notesOf(room, bucket)).toEqual(['a=text REPLICA'])
})
