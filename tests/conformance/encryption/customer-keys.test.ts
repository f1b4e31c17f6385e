import { hash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { jsonLog } from '../../../packages/server/src/base/log.ts'
import { createBucket } from '../../support/buckets.ts'
import { contentOf } from '../../support/content.ts'
import { rawRequest, type RawRequest, xmlTexts } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'

const key = Buffer.from('a key of thirty-two bytes: 45678')
const md5 = hash('md5', key, 'buffer')
const keyHeaders = {
  'x-amz-server-side-encryption-customer-algorithm': 'AES256',
  'x-amz-server-side-encryption-customer-key': key.toString('base64'),
  'x-amz-server-side-encryption-customer-key-md5': md5.toString('base64'),
}

/** All forms in which something could have been written down. */
function formsOf(bytes: Buffer): Buffer[] {
  return [
    bytes,
    ...(['base64', 'base64url', 'hex'] as const).map((form) => Buffer.from(bytes.toString(form))),
  ]
}

it('a customer key is answered with its digest; neither is kept or logged in any form', async () => {
  await using folder = await temporaryDirectory()
  let logged = ''
  const log = jsonLog('debug', { write: (line) => (logged += line) })
  {
    await using server = await startTestServer({ dataDirectory: folder.path, log })
    const send = (request: RawRequest) => rawRequest(server, { ...request, headers: keyHeaders })
    const expectKey = (answer: Awaited<ReturnType<typeof send>>): void => {
      expectSuccess(answer)
      expect(answer.headers).toMatchObject({
        'x-amz-server-side-encryption-customer-algorithm': 'AES256',
        'x-amz-server-side-encryption-customer-key-md5': md5.toString('base64'),
      })
    }
    await createBucket(server, 'secrets')
    for (const size of [10, 100_000]) {
      const path = `/secrets/${size}`
      expectKey(await send({ method: 'PUT', path, body: contentOf(path, size) }))
      expectKey(await send({ path }))
      expectKey(await send({ method: 'HEAD', path }))
      expectError(await rawRequest(server, { path }), 400, 'InvalidRequest')
      const wrong = {
        ...keyHeaders,
        'x-amz-server-side-encryption-customer-key-md5': 'AAAAAAAAAAAAAAAAAAAAAA==',
      }
      expectError(await rawRequest(server, { path, headers: wrong }), 400, 'InvalidArgument')
    }
    const created = await send({ method: 'POST', path: '/secrets/parts', query: 'uploads=' })
    expectKey(created)
    const [uploadId = ''] = xmlTexts(created.text, 'UploadId')
    const query = `partNumber=1&uploadId=${uploadId}`
    expectKey(await send({ method: 'PUT', path: '/secrets/parts', query, body: 'part' }))
  }
  const entries = await readdir(folder.path, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  expect(files.length).toBeGreaterThan(1)
  for (const secret of [...formsOf(key), ...formsOf(md5)]) {
    expect(logged).not.toContain(secret.toString('latin1'))
    for (const { parentPath, name } of files) {
      const written = await readFile(join(parentPath, name))
      expect([name, written.includes(secret)]).toEqual([name, false])
    }
  }
  expect(logged).toContain('PutObject')
})

it.each(['GET', 'HEAD'])(
  '%s without the key tells nothing, whatever conditions and range',
  async (method) => {
    await using server = await startTestServer()
    const path = `/${await createBucket(server, 'nothing-told')}/object`
    const stored = await rawRequest(server, { method: 'PUT', path, body: 'bytes', headers: keyHeaders })
    for (const headers of [
      { 'if-none-match': stored.headers.etag ?? '' },
      { 'if-match': '"other"' },
      { range: 'bytes=99-' },
    ]) {
      expect((await rawRequest(server, { method, path, headers })).status).toBe(400)
      const whole = { ...keyHeaders, ...headers }
      expect([304, 412, 416]).toContain((await rawRequest(server, { method, path, headers: whole })).status)
    }
  },
)
