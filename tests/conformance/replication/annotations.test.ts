import {
  DeleteObjectAnnotationCommand,
  DeleteObjectCommand,
  GetObjectAnnotationCommand,
  ListObjectAnnotationsCommand,
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
  await annotate(here, from, 'c', 'gone soon')
  await here.server.settle()
  expect(await notesOf(there, to)).toEqual([`b=${long} REPLICA`, 'c=gone soon REPLICA'])
  expect(await notesOf(here, from)).toEqual([`b=${long} COMPLETED`, 'c=gone soon COMPLETED'])
  here.server.clock.advance(1000)
  if (there !== here) there.server.clock.advance(1000)
  await annotate(here, from, 'a', 'late', first)
  await annotate(here, from, 'b', 'short')
  await remove(here, from, 'c')
  await here.server.settle()
  expect(await notesOf(there, to)).toEqual(['b=short REPLICA'])
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
        if (round % 3 === 2) await remove(room, 'same', `own-${at}`)
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

it('an annotation that cannot go is FAILED with its version, and goes with it once more', async () => {
  await using room = await ReplicationRoom.open()
  const { from, to, role } = await room.pair()
  await room.put(from, 'key')
  await room.server.settle()
  const name = role.split('/').at(-1) ?? ''
  await room.allow(
    name,
    REPLICATES.filter(({ Action }) => !Action.some((one) => one === ('s3:ReplicateObject' as string))),
  )
  await annotate(room, from, 'a', 'text')
  expect(await notesOf(room, from)).toEqual(['a=text FAILED'])
  expect(await room.status(from, 'key')).toBe('FAILED')
  expect(await notesOf(room, to)).toEqual([])
})

it('an annotation is taken out by a role that may replicate deletions, and by no other', async () => {
  await using room = await ReplicationRoom.open()
  const { from, to, role } = await room.pair()
  await room.put(from, 'key')
  await annotate(room, from, 'a', 'text')
  await annotate(room, from, 'b', 'text')
  await room.server.settle()
  await remove(room, from, 'a')
  expect(await notesOf(room, to)).toEqual(['b=text REPLICA'])
  await room.allow(role.split('/').at(-1) ?? '', [
    ...REPLICATES,
    { Effect: 'Deny', Action: 's3:ReplicateDelete', Resource: '*' },
  ])
  await remove(room, from, 'b')
  expect(await notesOf(room, to)).toEqual(['b=text REPLICA'])
  expect(await room.status(from, 'key')).toBe('FAILED')
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
  for (const [method, replicator, other] of [
    ['PUT', putter, remover],
    ['DELETE', remover, putter],
  ] as const) {
    for (const who of [annotator, other]) expect((await ask(method, who, said)).status).toBe(403)
    const missing = await ask(method, replicator, { ...said, order: UNKNOWN })
    // Who may not list the bucket is not told what is missing.
    expect([missing.status, missing.errorCode]).toEqual([403, 'AccessDenied'])
    const told = await ask(method, room.server.credentials, { ...said, order: UNKNOWN })
    expect([told.status, told.errorCode]).toEqual([404, 'NoSuchVersion'])
    expect((await ask(method, replicator, { what: 'no' })).status).toBe(400)
  }
  expect((await ask('PUT', putter, said)).status).toBe(200)
  // One that was deleted before it was put stays.
  expect(
    (await ask('DELETE', remover, { ...said, modifiedMilliseconds: said.modifiedMilliseconds - 1 })).status,
  ).toBe(204)
  expect(await notesOf(room, bucket)).toEqual(['a=text REPLICA'])
  expect((await ask('DELETE', remover, said)).status).toBe(204)
  expect(await notesOf(room, bucket)).toEqual([])
})
