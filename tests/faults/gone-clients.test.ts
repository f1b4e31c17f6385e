import { setTimeout as delay } from 'node:timers/promises'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { systemDisk } from '../../packages/server/src/base/disk.ts'
import { FaultyDisk } from '../../packages/server/src/base/faulty-disk.ts'
import { jsonLog } from '../../packages/server/src/base/log.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { presignedUrl, type ServerAddress } from '../support/raw-request.ts'
import { startTestServer } from '../support/server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const bucket = 'gone'
const MEBIBYTE = 1024 * 1024

let server: ServerAddress & { readonly port: number }
let disk: FaultyDisk
let logged: string
/** Lets go on what the disk was told to hold. */
let release: () => void

beforeEach(async () => {
  const folder = await temporaryDirectory()
  disk = new FaultyDisk(systemDisk)
  logged = ''
  const log = jsonLog('info', { write: (line) => (logged += line) })
  const started = await startTestServer({ dataDirectory: folder.path, disk, log })
  server = started
  await createBucket(server, bucket)
  await putObject(server, bucket, 'k', contentOf('gone', 8 * MEBIBYTE))
  logged = ''
  return async () => {
    release()
    await started[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
})

/** Calls of that sort, but for so many first ones, are held until they are released; resolves when one waits. */
function hold(held: string, passing = 0): Promise<void> {
  let count = 0
  const released = Promise.withResolvers<undefined>()
  const waiting = Promise.withResolvers<void>()
  release = () => released.resolve(undefined)
  disk.before = (operation, file) => {
    if (operation !== held || !file.includes('blobs') || count++ < passing) return undefined
    waiting.resolve()
    return released.promise
  }
  return waiting.promise
}

async function send(method: string, key: string, headers: string): Promise<RawConnection> {
  const { pathname, search } = new URL(presignedUrl(server, { method, path: `/${bucket}/${key}` }))
  const connection = await RawConnection.open(server.port)
  await connection.write(
    `${method} ${pathname}${search} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n${headers}\r\n`,
  )
  return connection
}

/** The statuses that requests of that operation were counted with, but for those that made the room. */
async function counted(operation: string): Promise<string[]> {
  const text = await (await fetch(`${server.url}/-/metrics`)).text()
  const pattern = new RegExp(`^holdfast_requests_total\\{operation="${operation}",status="(\\d+)"\\} `, 'gm')
  return [...text.matchAll(pattern)].map(([, status]) => status ?? '')
}

async function expectGone(operation: string, others: string[]): Promise<void> {
  await vi.waitFor(async () => expect(await counted(operation)).toEqual([...others, '499']), 10_000)
  const lines = logged.trim().split('\n')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: 30, operation, msg: 'the client went away' },
  ])
}

describe('a client that goes away is counted as 499 and logged for information', () => {
  it('in its upload', async () => {
    release = () => {}
    const connection = await send('PUT', 'new', `Content-Length: ${MEBIBYTE}\r\n`)
    await connection.write(new Uint8Array(MEBIBYTE / 2))
    connection.cut()
    await expectGone('PutObject', ['200'])
  })

  it('while its upload is written', async () => {
    const waiting = hold('append')
    const connection = await send('PUT', 'new', `Content-Length: ${MEBIBYTE}\r\n`)
    await connection.write(new Uint8Array(MEBIBYTE))
    await waiting
    connection.cut()
    await delay(50)
    release()
    await expectGone('PutObject', ['200'])
  })

  it('before its answer begins', async () => {
    const waiting = hold('read')
    const connection = await send('GET', 'k', '')
    await waiting
    connection.cut()
    await delay(50)
    release()
    await expectGone('GetObject', [])
  })

  it('in the middle of its answer', async () => {
    const waiting = hold('read', 3)
    const connection = await send('GET', 'k', '')
    await waiting
    await vi.waitUntil(() => connection.received.startsWith('HTTP/1.1 200 '))
    connection.cut()
    await delay(50)
    release()
    await expectGone('GetObject', [])
  })
})
