import { once } from 'node:events'
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach, expect, it } from 'vitest'
import type { ResponseBody } from '../model/body.ts'
import { writeResponse } from './write-response.ts'

let server: http.Server | undefined

afterEach(async () => {
  const closing = server
  server = undefined
  if (closing) await new Promise((resolve) => closing.close(resolve))
})

async function answerOf(body: ResponseBody): Promise<{ length: string | undefined; bytes: Buffer }> {
  const serving = http.createServer((_, response) => {
    void writeResponse(response, { status: 200, headers: { 'x-name': 'one' }, body }, false)
  })
  server = serving
  serving.listen(0, '127.0.0.1')
  await once(serving, 'listening')
  const { port } = serving.address() as AddressInfo
  const request = http.get({ port, host: '127.0.0.1', agent: false })
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  expect(response.headers['x-name']).toBe('one')
  return { length: response.headers['content-length'], bytes: await buffer(response) }
}

it.each([0, 1, 256, 12 * 1024, 12 * 1024 + 1, 100_000])(
  'sends %d bytes of every kind as they are',
  async (size) => {
    const whole = Buffer.from(Uint8Array.from({ length: size + 7 }, (_, index) => index))
    // A part of other memory, as small bodies are.
    const body = whole.subarray(7)
    expect(await answerOf(body)).toEqual({ length: String(size), bytes: body })
  },
)

it('sends text in UTF-8', async () => {
  const text = 'a\u00e9\u{1f600}'
  expect(await answerOf(text)).toEqual({ length: '7', bytes: Buffer.from(text) })
})
