import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GenerateDataKeyCommand } from '@aws-sdk/client-kms'
import { expect, it } from 'vitest'
import { jsonLog } from '../../../packages/server/src/base/log.ts'
import { mainCredentials } from '../../support/accounts.ts'
import { contentOf } from '../../support/content.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { withMd5 } from '../access/access-room.ts'
import { customerKey, customerMode, EncryptionRoom, kmsHeaders, MODES } from './encryption-room.ts'

const MARKER = 'this sentence is the plaintext '
const material = contentOf('material', 32)
const keyId = '11111111-2222-4333-8444-555555555555'

it('neither the data folder nor the log has plaintext or keys', { timeout: 60_000 }, async () => {
  await using folder = await temporaryDirectory()
  const lines: string[] = []
  const log = jsonLog('debug', { write: (line) => lines.push(line) })
  const kmsKeys = [{ keyId, accountId: '100000000001', material: material.toString('base64') }]
  const room = await EncryptionRoom.open({ dataDirectory: folder.path, log, kmsKeys })
  const bucket = await room.access.bucket()
  const [wrong, mine] = [customerKey('wrong'), customerKey('the customer’s')]
  for (const name of MODES) {
    const mode = room.mode(name)
    for (const [size, body] of [MARKER, MARKER.repeat(5000)].entries()) {
      await room.put(bucket, `${name} ${size}`, body, mode.write)
      await room.get(bucket, `${name} ${size}`, mode.read)
    }
    await room.putParts(
      bucket,
      `${name} parts`,
      [Buffer.from(MARKER.repeat(4000)), Buffer.from(MARKER)],
      mode,
    )
    // Requests that are refused are logged too.
    await room.get(bucket, `${name} 0`, customerMode(wrong).read)
    await room.get(bucket, `${name} 0`, { ...mode.read, range: 'bytes=999999-' })
  }
  await room.put(bucket, 'configured', MARKER, kmsHeaders(keyId))
  await room.access.ask('owner', 'PUT', bucket, 'refused', {
    headers: { ...customerMode(mine).write, 'content-md5': wrong.md5 },
    body: MARKER,
  })
  const refused = { headers: customerMode(mine).write, body: MARKER }
  const stranger = { ...mainCredentials, secretAccessKey: 'x'.repeat(40) }
  const path = `/${bucket}/refused`
  await rawRequest(room.access.server, { method: 'PUT', path, ...refused, credentials: stranger })
  await rawRequest(room.access.server, {
    path,
    query: `x-amz-server-side-encryption-customer-key=${mine.key}`,
  })
  for (const name of ['nothing said 0', 'nothing said 1', 'nothing said parts', 'aws:kms 1']) {
    const body = `<ObjectEncryption><SSE-KMS><KMSKeyArn>${room.keyArn}</KMSKeyArn></SSE-KMS></ObjectEncryption>`
    const parts = { query: 'encryption=', body, headers: withMd5(body) }
    await room.access.must('owner', 'PUT', bucket, name, parts)
    expect((await room.get(bucket, name)).text).toContain(MARKER)
  }
  const generate = new GenerateDataKeyCommand({ KeyId: room.keyId, KeySpec: 'AES_256' })
  const { Plaintext } = await room.kms.send(generate)
  await room[Symbol.asyncDispose]()

  const inRootKeys = await filesOf(join(folder.path, 'root-keys'))
  const rootKeys = inRootKeys.filter(({ path }) => !path.endsWith('store.json'))
  const secrets = [
    Buffer.from(mine.key, 'base64'),
    Buffer.from(wrong.key, 'base64'),
    material,
    Buffer.from(Plaintext ?? []),
    ...rootKeys.map(({ bytes }) => Buffer.from(bytes.toString().trim(), 'base64')),
  ]
  expect(secrets.map(({ length }) => length)).toEqual(secrets.map(() => 32))
  const needles = [
    MARKER,
    ...secrets.flatMap((secret) => [secret, secret.toString('base64'), secret.toString('hex')]),
  ]
  const kept = (await filesOf(folder.path)).filter(({ path }) => !path.includes('root-keys'))
  expect(kept.length).toBeGreaterThan(MODES.length)
  expect(lines.length).toBeGreaterThan(0)
  for (const { path, bytes } of [...kept, { path: 'the log', bytes: Buffer.from(lines.join('')) }]) {
    expect([path, needles.filter((needle) => bytes.includes(needle))]).toEqual([path, []])
  }
})

async function filesOf(directory: string): Promise<{ path: string; bytes: Buffer }[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(paths.map(async (path) => ({ path, bytes: await readFile(path) })))
}
