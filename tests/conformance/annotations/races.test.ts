import {
  DeleteObjectAnnotationCommand,
  DeleteObjectCommand,
  GetObjectAnnotationCommand,
  ListObjectAnnotationsCommand,
  PutObjectAnnotationCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { TestServer } from 'holdfast'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { OrderedStore } from '../../../packages/server/src/metadata/ordered-store.ts'
import {
  annotations,
  annotationSets,
} from '../../../packages/server/src/metadata/tables/annotation-tables.ts'
import { readUsages } from '../../../packages/server/src/metadata/read-usage.ts'
import { buckets } from '../../../packages/server/src/metadata/tables/tables.ts'
import { readRow } from '../../../packages/server/src/metadata/transaction.ts'
import { createBucket } from '../../support/buckets.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'
import { tries } from '../../support/sizes.ts'

let server: TestServer
let store: OrderedStore
let client: S3Client
let made = 0

beforeAll(async () => {
  server = await startTestServer({ wrapMetadata: (opened) => (store = opened) })
  client = s3Client(server)
})
afterAll(async () => {
  client.destroy()
  await server.close()
})

async function objectIn(Key: string): Promise<string> {
  const Bucket = await createBucket(server, `races-${made++}`)
  await client.send(new PutObjectCommand({ Bucket, Key, Body: 'text' }))
  return Bucket
}

/** Of both kinds of content: within the row's table, and a blob of its own. */
const textOf = (writer: number): string => `${writer}`.repeat(writer % 2 === 0 ? 100 : 70_000)

const put = (Bucket: string, AnnotationName: string, AnnotationPayload: string, ObjectIfMatch?: string) =>
  client.send(
    new PutObjectAnnotationCommand({ Bucket, Key: 'key', AnnotationName, AnnotationPayload, ObjectIfMatch }),
  )

async function usageOf(Bucket: string) {
  await server.settle()
  const row = await readRow(store, buckets, Bucket)
  const [usage] = await readUsages(store, [row?.id ?? ''])
  return usage
}

it('of writers of one name each puts it whole, and one of them is there', async () => {
  for (let time = 0; time < tries(8); time++) {
    const Bucket = await objectIn('key')
    const writers = [0, 1, 2, 3, 4, 5]
    const answers = await Promise.all(writers.map((writer) => put(Bucket, 'name', textOf(writer))))
    const at = { Bucket, Key: 'key', AnnotationName: 'name' }
    const got = await client.send(new GetObjectAnnotationCommand(at))
    const text = await got.AnnotationPayload?.transformToString()
    const last = writers.find((writer) => textOf(writer) === text)
    expect(answers[last ?? -1]?.ETag).toBe(got.ETag)
    expect(await usageOf(Bucket)).toMatchObject({ bytes: 4 + (text?.length ?? 0) })
  }
})

it('writers and deleters of several names leave a count that is true', async () => {
  for (let time = 0; time < tries(8); time++) {
    const Bucket = await objectIn('key')
    const names = ['a', 'b', 'c']
    await Promise.all(
      names.flatMap((name, at) => [
        put(Bucket, name, textOf(at)),
        client.send(new DeleteObjectAnnotationCommand({ Bucket, Key: 'key', AnnotationName: name })),
        put(Bucket, name, textOf(at + 1)),
      ]),
    )
    const listed = await client.send(new ListObjectAnnotationsCommand({ Bucket, Key: 'key' }))
    const bytes = (listed.Annotations ?? []).reduce((sum, { Size = 0 }) => sum + Size, 4)
    expect(await usageOf(Bucket)).toMatchObject({ bytes })
    const row = await readRow(store, buckets, Bucket)
    const [entry] = await store.scan({ ...annotations.range(row?.id ?? ''), limit: 1 })
    const set = entry && (await store.get(annotationSets.key(annotations.parts(entry.key)[1])))
    expect(set ? annotationSets.decode(set).count : 0).toBe(listed.AnnotationCount)
  }
})

it('annotations that race with the deletion or the replacement of their object belong to it or to nobody', async () => {
  for (let time = 0; time < tries(12); time++) {
    const Bucket = await objectIn('key')
    await put(Bucket, 'early', textOf(1))
    const isReplaced = time % 2 === 0
    const end = isReplaced
      ? client.send(new PutObjectCommand({ Bucket, Key: 'key', Body: 'next' }))
      : client.send(new DeleteObjectCommand({ Bucket, Key: 'key' }))
    const writing = [0, 1, 2, 3].map((writer) =>
      put(Bucket, `late-${writer}`, textOf(writer)).catch((error: unknown) => error),
    )
    await Promise.all([end, ...writing])
    await server.settle()
    const listed = isReplaced
      ? ((await client.send(new ListObjectAnnotationsCommand({ Bucket, Key: 'key' }))).Annotations ?? [])
      : []
    expect(listed.map(({ AnnotationName }) => AnnotationName)).not.toContain('early')
    // What was put on the object that is gone went with it.
    const row = await readRow(store, buckets, Bucket)
    const left = await store.scan({ ...annotations.range(row?.id ?? ''), limit: 100 })
    expect(left).toHaveLength(listed.length)
    const bytes = listed.reduce((sum, { Size = 0 }) => sum + Size, isReplaced ? 4 : 0)
    expect(await usageOf(Bucket)).toMatchObject({ bytes })
  }
})

it('of a writer who names the entity tag of what is replaced none comes to the other object', async () => {
  const Bucket = await objectIn('key')
  const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key: 'key', Body: 'first' }))
  const answers = await Promise.all([
    client.send(new PutObjectCommand({ Bucket, Key: 'key', Body: 'second' })),
    ...[0, 1, 2].map((writer) => put(Bucket, `n-${writer}`, 'x', ETag).catch((error: unknown) => error)),
  ])
  expect(answers).toHaveLength(4)
  const listed = await client.send(new ListObjectAnnotationsCommand({ Bucket, Key: 'key' }))
  expect(listed.Annotations ?? []).toEqual([])
})
