import {
  DeleteObjectAnnotationCommand,
  DeleteObjectCommand,
  GetObjectAnnotationCommand,
  ListObjectAnnotationsCommand,
  PutObjectAnnotationCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { blobFiles } from '../support/blob-files.ts'
import { createBucket } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { s3Client } from '../support/s3-client.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { sweep } from './sweep.ts'

const BUCKET = 'annotated'
const KEYS = ['a', 'b', 'c']
const NAMES = ['one', 'two']

/** What an annotation may be: what was acknowledged last, and what was begun since. */
type Possible = Map<string, Set<string | undefined>>

const textOf = (what: string, number: number): string =>
  `${what} `.padEnd(number % 3 === 0 ? 60_000 : 200, contentOf(what, 50).toString('hex'))

/** Writes and deletes until the server is gone; notes what each may be then. One writer a name, so that it is known. */
async function write(client: S3Client, possible: Possible, seed: string): Promise<void> {
  await Promise.all(
    KEYS.flatMap((Key) =>
      NAMES.map(async (AnnotationName) => {
        const place = `${Key} ${AnnotationName}`
        for (let number = 0; ; number++) {
          const text = number % 4 === 3 ? undefined : textOf(`${seed} ${place} ${number}`, number)
          possible.set(place, new Set([...(possible.get(place) ?? [undefined]), text]))
          try {
            const at = { Bucket: BUCKET, Key, AnnotationName }
            if (text === undefined) await client.send(new DeleteObjectAnnotationCommand(at))
            else await client.send(new PutObjectAnnotationCommand({ ...at, AnnotationPayload: text }))
            possible.set(place, new Set([text]))
          } catch {
            return
          }
        }
      }),
    ),
  )
}

async function annotationsOf(client: S3Client, Key: string): Promise<Map<string, string | undefined>> {
  const { Annotations = [] } = await client.send(new ListObjectAnnotationsCommand({ Bucket: BUCKET, Key }))
  const found = new Map<string, string | undefined>()
  for (const { AnnotationName = '' } of Annotations) {
    const got = await client.send(new GetObjectAnnotationCommand({ Bucket: BUCKET, Key, AnnotationName }))
    found.set(AnnotationName, await got.AnnotationPayload?.transformToString())
  }
  return found
}

it(
  'annotations are what was acknowledged, however often the server is killed',
  { timeout: 120_000 },
  async () => {
    await using folder = await temporaryDirectory()
    const dataDirectory = join(folder.path, 'data')
    const possible: Possible = new Map()
    for (let round = 0; round < 3; round++) {
      await using server = await startServerProcess({ dataDirectory })
      const client = s3Client(server, { maxAttempts: 1 })
      if (round === 0) {
        await createBucket(server, BUCKET)
        for (const Key of KEYS) await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'text' }))
      }
      const writing = write(client, possible, `${round}`)
      await delay(500 + 300 * round)
      await server.end('SIGKILL')
      await writing
      client.destroy()
    }
    await using server = await startServerProcess({ dataDirectory })
    const client = s3Client(server)
    let large = 0
    for (const Key of KEYS) {
      const found = await annotationsOf(client, Key)
      for (const name of NAMES) expect([...(possible.get(`${Key} ${name}`) ?? [])]).toContain(found.get(name))
      if (Key !== 'a') large += [...found.values()].filter((text = '') => text.length > 50_000).length
    }
    await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'a' }))
    client.destroy()
    await server.end('SIGTERM')
    await sweep(dataDirectory)
    // None of a commit that did not happen, and none of the object that is gone.
    expect(await blobFiles(dataDirectory)).toHaveLength(large)
  },
)
