import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemDisk } from '../../packages/server/src/base/disk.ts'
import { FaultyDisk } from '../../packages/server/src/base/faulty-disk.ts'
import { createBucket, getObject, listKeys, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { type ServerAddress, errorCodeOf, presignedUrl } from '../support/raw-request.ts'
import { startTestServer } from '../support/server.ts'
import { signHeaders } from '../support/signature-v4.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const bucket = 'slow-clients'
const path = `/${bucket}/k`
const TIMEOUT_MILLISECONDS = 400
/** How much later than it must the server may act. */
const WITHIN_MILLISECONDS = 10_000

let server: ServerAddress & { readonly port: number }
let connections: DisposableStack

beforeEach(async () => {
  const started = await startTestServer({
    timeouts: { headersMilliseconds: TIMEOUT_MILLISECONDS, idleMilliseconds: TIMEOUT_MILLISECONDS },
  })
  server = started
  await createBucket(server, bucket)
  connections = new DisposableStack()
  return () => started[Symbol.asyncDispose]()
})
afterEach(() => connections.dispose())

async function connect(): Promise<RawConnection> {
  return connections.use(await RawConnection.open(server.port))
}

function putHead(sizeBytes: number): string {
  const headers = { host: new URL(server.url).host, 'content-length': String(sizeBytes) }
  const request = { method: 'PUT', path, headers, credentials: server.credentials, date: new Date() }
  const lines = Object.entries(signHeaders(request, 'UNSIGNED-PAYLOAD').headers)
  return `PUT ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

describe('a slow client', () => {
  it('that never ends its headers is cut off', async () => {
    const connection = await connect()
    await connection.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n`)
    const answers = await connection.answersUntilClosed(WITHIN_MILLISECONDS)
    expect(connection.closed).toBe(true)
    for (const { status } of answers) expect([400, 408]).toContain(status)
  })

  it('that drips its headers is cut off too', async () => {
    const connection = await connect()
    await connection.write(`GET ${path} HTTP/1.1\r\n`)
    const giveUp = Date.now() + WITHIN_MILLISECONDS
    for (let line = 0; !connection.closed && Date.now() < giveUp; line++) {
      await connection.write(`x-drip-${line}: ${line}\r\n`)
      await delay(50)
    }
    expect(connection.closed).toBe(true)
  })

  it('that says nothing at all is cut off', async () => {
    const connection = await connect()
    await connection.answersUntilClosed(WITHIN_MILLISECONDS)
    expect(connection.closed).toBe(true)
  })

  it.each([5000, 5_000_000])(
    'that stalls in a body of %i bytes is RequestTimeout, nothing stored',
    async (size) => {
      const connection = await connect()
      await connection.write(putHead(size))
      await connection.write(contentOf('stall', size / 2))
      const [answer] = await connection.answersUntilClosed(WITHIN_MILLISECONDS)
      expect(connection.closed).toBe(true)
      const outcome = answer && [answer.status, errorCodeOf(answer.text)]
      expect([undefined, [400, 'RequestTimeout']]).toContainEqual(outcome)
      expect(await listKeys(server, bucket)).toEqual([])
    },
  )

  it('that does not read its answer is cut off', async () => {
    const size = 30_000_000
    await putObject(server, bucket, 'k', contentOf('unread', size))
    const connection = await connect()
    const { pathname, search } = new URL(presignedUrl(server, { path }))
    await connection.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`)
    connection.pause()
    await delay(TIMEOUT_MILLISECONDS * 4)
    connection.resume()
    await connection.answersUntilClosed(WITHIN_MILLISECONDS)
    expect(connection.received).toMatch(/^HTTP\/1.1 200 /)
    expect(connection.received.length).toBeLessThan(size)
  })

  it('that is slow but steady is served, however long it takes', async () => {
    const body = contentOf('steady', 16_000)
    const connection = await connect()
    await connection.write(putHead(body.length))
    for (let position = 0; position < body.length; position += 1000) {
      await connection.write(body.subarray(position, position + 1000))
      await delay(TIMEOUT_MILLISECONDS / 4)
    }
    expect((await connection.answer())?.status).toBe(200)
    expect((await getObject(server, bucket, 'k')).body.equals(body)).toBe(true)
  })

  it('is not one whom a slow disk holds back', async () => {
    await using folder = await temporaryDirectory()
    const disk = new FaultyDisk(systemDisk)
    const timeouts = { headersMilliseconds: 10_000, idleMilliseconds: TIMEOUT_MILLISECONDS }
    await using held = await startTestServer({ dataDirectory: folder.path, disk, timeouts })
    await createBucket(held, bucket)
    let appended = 0
    disk.before = (operation, file) => {
      if (operation !== 'append' || !file.includes('blobs') || appended++ !== 1) return undefined
      return delay(TIMEOUT_MILLISECONDS * 3)
    }
    await putObject(held, bucket, 'k', contentOf('held back', 12_000_000))
    expect(appended).toBeGreaterThan(1)
  })

  it('does not keep others waiting, not even three hundred of them', async () => {
    const slow = await Promise.all(Array.from({ length: 300 }, connect))
    await Promise.all(slow.map((connection) => connection.write(`GET ${path} HTTP/1.1\r\nHost:`)))
    expect(await listKeys(server, bucket)).toEqual([])
    await Promise.all(slow.map((connection) => connection.answersUntilClosed(WITHIN_MILLISECONDS)))
    expect(slow.every(({ closed }) => closed)).toBe(true)
  })
})
