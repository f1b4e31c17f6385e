import { describe, expect, it, vi } from 'vitest'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { RawConnection } from '../support/raw-connection.ts'
import { presignedUrl, rawRequest } from '../support/raw-request.ts'
import { startServerProcess } from '../support/server-process.ts'
import { signHeaders } from '../support/signature-v4.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const clean = { exitCode: 0, signal: null }

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('ends an idle server at once, whatever connections are open', async () => {
    await using server = await startServerProcess()
    using silent = await RawConnection.open(server.port)
    using idle = await RawConnection.open(server.port)
    await idle.write('GET /-/live HTTP/1.1\r\nHost: x\r\n\r\n')
    expect((await idle.answer())?.status).toBe(200)
    const begin = Date.now()
    expect(await server.end(signal)).toEqual(clean)
    expect(Date.now() - begin).toBeLessThan(5000)
    await vi.waitUntil(() => silent.closed && idle.closed)
  })
})

describe('SIGTERM', () => {
  it('lets an upload in flight end, and keeps it', async () => {
    await using folder = await temporaryDirectory()
    await using server = await startServerProcess({ dataDirectory: folder.path })
    await createBucket(server, 'drain')
    const body = contentOf('drain', 3_000_000)
    const headers = {
      host: new URL(server.url).host,
      'content-length': String(body.length),
      expect: '100-continue',
    }
    const request = {
      method: 'PUT',
      path: '/drain/k',
      headers,
      credentials: server.credentials,
      date: new Date(),
    }
    const lines = Object.entries(signHeaders(request, 'UNSIGNED-PAYLOAD').headers)
    using upload = await RawConnection.open(server.port)
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    await upload.write(`PUT /drain/k HTTP/1.1\r\n${head}\r\n`)
    // The server has taken the request once it asks for the body.
    await vi.waitUntil(() => upload.received.includes('100 Continue'))
    await upload.write(body.subarray(0, 1_000_000))

    const ending = server.end('SIGTERM')
    await vi.waitUntil(() => isRefused(server), { timeout: 10_000 })
    await upload.write(body.subarray(1_000_000))
    expect((await upload.answer())?.status).toBe(200)
    expect(await ending).toEqual(clean)

    await using again = await startServerProcess({ dataDirectory: folder.path })
    expect((await getObject(again, 'drain', 'k')).body.equals(body)).toBe(true)
  })

  it('lets a download in flight end', async () => {
    await using server = await startServerProcess()
    await createBucket(server, 'drain')
    const body = contentOf('download', 50_000_000)
    await putObject(server, 'drain', 'k', body)
    // Far more than the sockets hold, so after its head the answer is still under way.
    const download = await fetch(presignedUrl(server, { path: '/drain/k' }))
    const ending = server.end('SIGTERM')
    await vi.waitUntil(() => isRefused(server), { timeout: 10_000 })
    expect(Buffer.from(await download.arrayBuffer()).equals(body)).toBe(true)
    expect(await ending).toEqual(clean)
  })
})

/** New requests are refused: nobody listens, or the answer is 503. */
async function isRefused(server: Parameters<typeof rawRequest>[0]): Promise<boolean> {
  try {
    return (await rawRequest(server, { path: '/drain' })).status === 503
  } catch {
    return true
  }
}
