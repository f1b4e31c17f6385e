import type { TestServer } from 'holdfast'
import { describe, expect, it, vi } from 'vitest'
import { ageLeftovers, blobFiles, sealedSize } from '../support/blob-files.ts'
import { createBucket, getObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import {
  type RawAnswer,
  type RawRequest,
  type ServerAddress,
  rawRequest,
  xmlTexts,
} from '../support/raw-request.ts'
import { startTestServer } from '../support/server.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const BUCKET = 'kill'
const MIB = 1024 * 1024
/** Longer than the workers wait before they take anything for left behind. */
const LATER_MILLISECONDS = 24 * 3_600_000
/** Uploads of one small part each that are completed or aborted together while the process dies. */
const TOGETHER = 24

interface Upload {
  readonly key: string
  readonly id: string
}

/** Two parts, the first as large as S3 wants all but the last to be. */
const bodies = [contentOf('first part', 5 * MIB), contentOf('second part', 400_000)]
const whole = Buffer.concat(bodies)
const sealedBytes = bodies.reduce((sum, body) => sum + sealedSize(body.length), 0)
const small = contentOf('the only part', 100_000)

/**
 * Runs `before` on a server process and kills it with SIGKILL as soon as that resolves; then runs `after` on a new
 * server on the same data.
 */
async function kill(
  before: (server: ServerProcess) => Promise<void>,
  after: (server: TestServer, dataDirectory: string) => Promise<void>,
): Promise<void> {
  await using folder = await temporaryDirectory()
  {
    await using server = await startServerProcess({ dataDirectory: folder.path })
    await createBucket(server, BUCKET)
    await before(server)
    expect(await server.end('SIGKILL')).toMatchObject({ signal: 'SIGKILL' })
  }
  await using server = await startTestServer({ dataDirectory: folder.path })
  await after(server, folder.path)
}

function ask(
  server: ServerAddress,
  method: string,
  upload: Upload,
  more: Partial<RawRequest> = {},
): Promise<RawAnswer> {
  return rawRequest(server, {
    method,
    path: `/${BUCKET}/${upload.key}`,
    query: `uploadId=${upload.id}`,
    ...more,
  })
}

async function create(server: ServerAddress, key = 'key'): Promise<Upload> {
  const headers = { 'x-amz-meta-kept': 'with the upload' }
  const answer = await rawRequest(server, {
    method: 'POST',
    path: `/${BUCKET}/${key}`,
    query: 'uploads=',
    headers,
  })
  expect([answer.status, answer.errorCode]).toEqual([200, undefined])
  return { key, id: xmlTexts(answer.text, 'UploadId')[0] ?? '' }
}

async function sendPart(server: ServerAddress, upload: Upload, number: number, body: Buffer): Promise<void> {
  const answer = await ask(server, 'PUT', upload, {
    query: `partNumber=${number}&uploadId=${upload.id}`,
    body,
  })
  expect([answer.status, answer.errorCode]).toEqual([200, undefined])
}

/** Completes with all parts that a listing shows. */
async function complete(server: ServerAddress, upload: Upload): Promise<RawAnswer> {
  const listing = await ask(server, 'GET', upload)
  const tags = xmlTexts(listing.text, 'ETag')
  const parts = xmlTexts(listing.text, 'PartNumber').map(
    (number, index) => `<Part><PartNumber>${number}</PartNumber><ETag>${tags[index]}</ETag></Part>`,
  )
  const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`
  return ask(server, 'POST', upload, { body })
}

/** The numbers of an open upload's parts; undefined where there is no such upload. */
async function partsOf(server: ServerAddress, upload: Upload): Promise<number[] | undefined> {
  const answer = await ask(server, 'GET', upload)
  if (answer.errorCode === 'NoSuchUpload') return undefined
  expect([answer.status, answer.errorCode]).toEqual([200, undefined])
  return xmlTexts(answer.text, 'PartNumber').map(Number)
}

async function openUploads(server: ServerAddress): Promise<string[]> {
  const answer = await rawRequest(server, { path: `/${BUCKET}`, query: 'uploads=' })
  return xmlTexts(answer.text, 'UploadId')
}

async function expectWhole(server: ServerAddress, key: string, body: Buffer): Promise<void> {
  const answer = await getObject(server, BUCKET, key)
  expect([answer.status, answer.headers['x-amz-meta-kept']]).toEqual([200, 'with the upload'])
  expect(answer.body.equals(body)).toBe(true)
}

/** What is left to do of the upload can be done: parts are listed, the rest arrives, it completes. */
async function goesOn(server: ServerAddress, upload: Upload, kept: readonly number[]): Promise<void> {
  expect(await openUploads(server)).toEqual([upload.id])
  expect(await partsOf(server, upload)).toEqual(kept)
  for (const [index, body] of bodies.entries()) {
    if (!kept.includes(index + 1)) await sendPart(server, upload, index + 1, body)
  }
  expect(await complete(server, upload)).toMatchObject({ status: 200, errorCode: undefined })
  await expectWhole(server, upload.key, whole)
}

/** Lets the workers do all there is to do, as a day later; the files then hold `expectedBytes` and nothing else. */
async function expectHeld(server: TestServer, dataDirectory: string, expectedBytes: number): Promise<void> {
  await server.settle()
  await ageLeftovers(dataDirectory, LATER_MILLISECONDS)
  server.clock.advance(LATER_MILLISECONDS)
  await server.settle()
  await server.settle()
  const files = await blobFiles(dataDirectory)
  expect(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBe(expectedBytes)
}

/** One small part in each of many uploads. */
function createMany(server: ServerAddress): Promise<Upload[]> {
  return Promise.all(
    Array.from({ length: TOGETHER }, async (_, index) => {
      const upload = await create(server, `key-${index}`)
      await sendPart(server, upload, 1, small)
      return upload
    }),
  )
}

/** Starts a request for each upload; resolves at the first answer. Tells whose came before the process died. */
async function allAtOnce(
  uploads: readonly Upload[],
  request: (upload: Upload) => Promise<RawAnswer>,
): Promise<{ readonly answered: Set<string>; readonly ended: Promise<unknown> }> {
  const answered = new Set<string>()
  const requests = uploads.map(async (upload) => {
    expect((await request(upload)).errorCode).toBeUndefined()
    answered.add(upload.id)
  })
  const ended = Promise.allSettled(requests)
  await Promise.any(requests)
  return { answered, ended }
}

describe('a process killed', { timeout: 25_000 }, () => {
  it('after an upload was created', async () => {
    let upload: Upload
    await kill(
      async (server) => {
        upload = await create(server)
      },
      async (server, dataDirectory) => {
        await goesOn(server, upload, [])
        await expectHeld(server, dataDirectory, sealedBytes)
      },
    )
  })

  it('while a part arrives, new or in place of another', async () => {
    let upload: Upload
    await kill(
      async (server) => {
        upload = await create(server)
        await sendPart(server, upload, 1, bodies[0] ?? small)
        const held = (await blobFiles(server.dataDirectory)).length
        const { promise: never } = Promise.withResolvers<undefined>()
        async function* halfOf(body: Buffer) {
          yield body.subarray(0, body.length / 2)
          await never
        }
        for (const [index, body] of bodies.entries()) {
          const query = `partNumber=${index + 1}&uploadId=${upload.id}`
          const headers = { 'content-length': String(body.length) }
          void ask(server, 'PUT', upload, { query, headers, body: halfOf(body) }).catch(() => undefined)
        }
        await vi.waitUntil(
          async () => (await blobFiles(server.dataDirectory)).length === held + bodies.length,
        )
      },
      async (server, dataDirectory) => {
        await goesOn(server, upload, [1])
        await expectHeld(server, dataDirectory, sealedBytes)
      },
    )
  })

  it('after parts arrived', async () => {
    let upload: Upload
    await kill(
      async (server) => {
        upload = await create(server)
        for (const [index, body] of bodies.entries()) await sendPart(server, upload, index + 1, body)
      },
      async (server, dataDirectory) => {
        await goesOn(server, upload, [1, 2])
        await expectHeld(server, dataDirectory, sealedBytes)
      },
    )
  })

  it('while uploads are completed: each is an object or still open', async () => {
    let uploads: Upload[]
    let answered: Set<string>
    let ended: Promise<unknown>
    await kill(
      async (server) => {
        uploads = await createMany(server)
        ;({ answered, ended } = await allAtOnce(uploads, (upload) => complete(server, upload)))
      },
      async (server, dataDirectory) => {
        await ended
        const open = await openUploads(server)
        for (const upload of uploads) {
          const isOpen = open.includes(upload.id)
          expect(isOpen && answered.has(upload.id)).toBe(false)
          expect(await partsOf(server, upload)).toEqual(isOpen ? [1] : undefined)
          const { errorCode } = await getObject(server, BUCKET, upload.key)
          expect(errorCode).toBe(isOpen ? 'NoSuchKey' : undefined)
          if (isOpen) await complete(server, upload)
          await expectWhole(server, upload.key, small)
        }
        expect(await openUploads(server)).toEqual([])
        await expectHeld(server, dataDirectory, TOGETHER * sealedSize(small.length))
      },
    )
  })

  it('after a completion that left a part out and replaced an object', async () => {
    let upload: Upload
    let list: string
    const only = (etag: string) =>
      `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`
    await kill(
      async (server) => {
        await rawRequest(server, {
          method: 'PUT',
          path: `/${BUCKET}/key`,
          body: contentOf('before', 300_000),
        })
        upload = await create(server)
        for (const [index, body] of bodies.entries()) await sendPart(server, upload, index + 1, body)
        list = only(xmlTexts((await ask(server, 'GET', upload)).text, 'ETag')[0] ?? '')
        expect((await ask(server, 'POST', upload, { body: list })).errorCode).toBeUndefined()
      },
      async (server, dataDirectory) => {
        expect(await partsOf(server, upload)).toBeUndefined()
        expect(await ask(server, 'POST', upload, { body: list })).toMatchObject({
          status: 200,
          errorCode: undefined,
        })
        await expectWhole(server, 'key', bodies[0] ?? small)
        await expectHeld(server, dataDirectory, sealedSize(5 * MIB))
      },
    )
  })

  it('while uploads are aborted: each is gone or still open', async () => {
    let uploads: Upload[]
    let answered: Set<string>
    let ended: Promise<unknown>
    await kill(
      async (server) => {
        uploads = await createMany(server)
        ;({ answered, ended } = await allAtOnce(uploads, (upload) => ask(server, 'DELETE', upload)))
      },
      async (server, dataDirectory) => {
        await ended
        const open = await openUploads(server)
        for (const upload of uploads) {
          expect(await partsOf(server, upload)).toEqual(open.includes(upload.id) ? [1] : undefined)
          expect(open.includes(upload.id) && answered.has(upload.id)).toBe(false)
        }
        await expectHeld(server, dataDirectory, open.length * sealedSize(small.length))
        const date = server.clock.now()
        for (const upload of uploads.filter(({ id }) => open.includes(id))) {
          expect((await ask(server, 'DELETE', upload, { date })).status).toBe(204)
        }
        await expectHeld(server, dataDirectory, 0)
      },
    )
  })
})
