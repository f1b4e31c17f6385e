import { CompleteMultipartUploadCommand } from '@aws-sdk/client-s3'
import { MovableClock } from 'holdfast'
import { describe, expect, it, vi } from 'vitest'
import type { OrderedStore } from '../../../packages/server/src/metadata/ordered-store.ts'
import { current } from '../../../packages/server/src/metadata/tables/tables.ts'
import { inRange } from '../../support/in-range.ts'
import { RawConnection } from '../../support/raw-connection.ts'
import { errorCodeOf, rawRequest } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { signHeaders } from '../../support/signature-v4.ts'
import { expectSuccess, sdkError } from '../objects/object-room.ts'
import { completionDocument, UploadRoom } from './upload-room.ts'

/** A server in which the commit of one object waits until it is let go, and an upload in it with its list of parts. */
async function slowRoom() {
  const resources = new AsyncDisposableStack()
  const clock = new MovableClock(new Date())
  const reached = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  let waits = false
  const wrapMetadata = (store: OrderedStore): OrderedStore => ({
    get: (key) => store.get(key),
    getMany: (keys) => store.getMany(keys),
    scan: (range) => store.scan(range),
    scanMany: (ranges) => store.scanMany(ranges),
    snapshot: () => store.snapshot(),
    async commit(change) {
      if (waits && change.put.some(({ key }) => inRange(current.range(), key))) {
        waits = false
        reached.resolve()
        await gate.promise
      }
      return store.commit(change)
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  })
  const here = resources.use(await UploadRoom.open({ clock, wrapMetadata }))
  resources.defer(() => gate.resolve())
  const upload = await here.create('slow')
  const list = [await here.part(upload, 1, 'x')]
  return {
    here,
    upload,
    list,
    clock,
    letGo: () => gate.resolve(),
    /** Makes the next commit of an object wait; resolves when it does. */
    holdNext(): Promise<void> {
      waits = true
      return reached.promise
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

describe('a long completion', () => {
  async function send(slow: Awaited<ReturnType<typeof slowRoom>>, headers: Record<string, string> = {}) {
    const { server, bucket } = slow.here.objects
    const [path, query] = [`/${bucket}/slow`, `uploadId=${slow.upload.id}`]
    const body = completionDocument(slow.list)
    const request = {
      method: 'POST',
      path,
      query,
      headers: { host: new URL(server.url).host, 'content-length': String(body.length), ...headers },
      credentials: server.credentials,
      date: slow.clock.now(),
    }
    const signed = signHeaders(request, 'UNSIGNED-PAYLOAD').headers
    const lines = Object.entries(signed).map(([name, value]) => `${name}: ${value}\r\n`)
    const connection = await RawConnection.open(server.port)
    await connection.write(`POST ${path}?${query} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
    return connection
  }

  /** Moves the clock on until so many spaces have come. */
  async function expectSpaces(connection: RawConnection, clock: MovableClock, count: number): Promise<void> {
    await vi.waitFor(() => {
      clock.advance(10_000)
      expect(connection.received).toMatch(new RegExp(`\\?>\\s*(?:1\r\n \r\n){${count}}`))
    })
  }

  it('begins its answer early, and sends white space until it is done', async () => {
    await using slow = await slowRoom()
    const held = slow.holdNext()
    using connection = await send(slow)
    await held
    expect(connection.received).toBe('')
    await expectSpaces(connection, slow.clock, 3)
    expect(connection.received).toMatch(/^HTTP\/1.1 200 OK\r\n/)
    slow.letGo()
    const answer = await connection.answer()
    expect(answer?.headers['content-type']).toBe('application/xml')
    expect(answer?.text).toContain('<CompleteMultipartUploadResult')
    expect(answer?.text.match(/<\?xml/g)).toHaveLength(1)
  })

  it('begins with the CORS headers, for a page of another origin', async () => {
    await using slow = await slowRoom()
    const rule = '<AllowedOrigin>*</AllowedOrigin><AllowedMethod>POST</AllowedMethod>'
    const body = `<CORSConfiguration><CORSRule>${rule}</CORSRule></CORSConfiguration>`
    const headers = { 'content-md5': referenceChecksum('MD5', body) }
    const path = `/${slow.here.objects.bucket}`
    const date = slow.clock.now()
    const put = { method: 'PUT', path, query: 'cors=', body, headers, date }
    expectSuccess(await rawRequest(slow.here.objects.server, put))
    const held = slow.holdNext()
    using connection = await send(slow, { origin: 'https://www.example.com' })
    await held
    await expectSpaces(connection, slow.clock, 1)
    slow.letGo()
    expect((await connection.answer())?.headers['access-control-allow-origin']).toBe('*')
  })

  it('can fail after its 200', async () => {
    await using slow = await slowRoom()
    const held = slow.holdNext()
    using connection = await send(slow, { 'if-none-match': '*' })
    await held
    await expectSpaces(connection, slow.clock, 1)
    await slow.here.objects.put('slow', 'was here first')
    slow.letGo()
    const answer = await connection.answer()
    expect(answer?.status).toBe(200)
    expect(errorCodeOf(answer?.text ?? '')).toBe('PreconditionFailed')
    expect((await slow.here.objects.bytesOf('slow'))?.toString()).toBe('was here first')
  })

  it('that fails so is an error to the SDK', async () => {
    await using slow = await slowRoom()
    const { client, bucket: Bucket } = slow.here.objects
    const command = new CompleteMultipartUploadCommand({
      Bucket,
      Key: 'slow',
      UploadId: slow.upload.id,
      MultipartUpload: { Parts: slow.list },
      IfNoneMatch: '*',
    })
    const held = slow.holdNext()
    const completing = sdkError(client.send(command))
    await held
    slow.clock.advance(10_000)
    await slow.here.objects.put('slow', 'was here first')
    slow.letGo()
    expect(await completing).toEqual([expect.any(Number), 'PreconditionFailed'])
  })
})
