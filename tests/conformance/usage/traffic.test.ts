import * as https from 'node:https'
import { expect, it } from 'vitest'
import { createBucket, getObject, putObject } from '../../support/buckets.ts'
import { certificateTexts } from '../../support/certificate.ts'
import { startTestServer } from '../../support/server.ts'

const MEBIBYTE = 2 ** 20

function counted(metrics: string): { readonly received: number; readonly sent: number } {
  const of = (name: string) =>
    Number(new RegExp(`^holdfast_${name}_bytes_total (\\d+)$`, 'm').exec(metrics)?.[1])
  return { received: of('received'), sent: of('sent') }
}

it('bytes that come and go are counted, with little besides', async () => {
  await using server = await startTestServer()
  const metrics = async () => counted(await (await fetch(`${server.url}/-/metrics`)).text())
  await createBucket(server, 'photos')
  await putObject(server, 'photos', 'a', Buffer.alloc(2 * MEBIBYTE))
  const before = await metrics()
  expect(before.received).toBeGreaterThan(2 * MEBIBYTE)
  expect(before.received).toBeLessThan(2.1 * MEBIBYTE)
  expect(before.sent).toBeLessThan(0.1 * MEBIBYTE)
  await getObject(server, 'photos', 'a')
  const after = await metrics()
  expect(after.sent - before.sent).toBeGreaterThan(2 * MEBIBYTE)
  expect(after.received - before.received).toBeLessThan(0.1 * MEBIBYTE)
})

it('bytes over TLS are counted too', async () => {
  const tls = await certificateTexts('localhost')
  await using server = await startTestServer({ tls })
  const ask = (path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = { 'x-filler': 'x'.repeat(8000) }
      const options = { ca: tls.cert, agent: false, headers }
      const request = https.get(server.url + path, options, (answer) => {
        answer.toArray().then((chunks) => resolve(chunks.join('')), reject)
      })
      request.on('error', reject)
    })
  await ask('/-/live')
  const { received, sent } = counted(await ask('/-/metrics'))
  expect(received).toBeGreaterThan(16_000)
  expect(sent).toBeGreaterThan(100)
})
