import { createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startServer } from 'holdfast'
import { expect, it } from 'vitest'
import { openLmdb } from '../../../packages/server/src/metadata/engines/lmdb.ts'
import { mainAccount } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { contentOf } from '../../support/content.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

/*
 * Decrypts what a server wrote with nothing but docs/format.md, the key of the config and node:crypto: no code of ours
 * but the one that reads entries of the store.
 */

const material = Buffer.alloc(32, 3)

interface Row {
  readonly content: { readonly kind: string; readonly id: string; readonly seal: { readonly salt: string } }
  readonly encryption: { readonly sealedKey: string }
  readonly sizeBytes: number
}

/** Name and value in turn, sorted, each with its length before it. */
function encoded(context: Record<string, string>): Buffer {
  const texts = Object.entries(context)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flat()
  return Buffer.concat(
    texts.flatMap((text) => {
      const size = Buffer.alloc(4)
      size.writeUInt32BE(Buffer.byteLength(text))
      return [size, Buffer.from(text)]
    }),
  )
}

function openGcm(key: Uint8Array, nonce: Uint8Array, sealed: Buffer, bound?: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce)
  if (bound) decipher.setAAD(bound)
  decipher.setAuthTag(sealed.subarray(-16))
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
}

function dataKeyOf(row: Row, context: Record<string, string>): Buffer {
  const ciphertext = Buffer.from(row.encryption.sealedKey, 'base64')
  const headBytes = 2 + (ciphertext[1] ?? 0) + 4
  const head = ciphertext.subarray(0, headBytes)
  const salt = ciphertext.subarray(headBytes, headBytes + 24)
  const derived = Buffer.from(hkdfSync('sha256', material, salt, 'holdfast sealed bytes v1', 44))
  const bound = Buffer.concat([head, encoded(context)])
  return openGcm(derived.subarray(0, 32), derived.subarray(32), ciphertext.subarray(headBytes + 24), bound)
}

function openContent(row: Row, dataKey: Buffer, sealed: Buffer): Buffer {
  const salt = Buffer.from(row.content.seal.salt, 'base64')
  const mac = createHmac('sha256', dataKey).update('holdfast content v1\0').update(salt).update('\x01')
  const key = mac.digest()
  const count = Math.max(1, Math.ceil(row.sizeBytes / 65_536))
  const chunks = Array.from({ length: count }, (_, index) => {
    const nonce = Buffer.alloc(12)
    nonce.writeUInt32BE(index, 7)
    nonce[11] = index === count - 1 ? 1 : 0
    return openGcm(key, nonce, sealed.subarray(index * 65_552, (index + 1) * 65_552))
  })
  return Buffer.concat(chunks)
}

it('docs/format.md is enough to decrypt an object with its key', async () => {
  await using folder = await temporaryDirectory()
  const bodies = { small: contentOf('small', 5000), large: contentOf('large', 300_000) }
  {
    const kmsKeys = [{ keyId: 'a-key', accountId: mainAccount.id, material: material.toString('base64') }]
    await using server = await startServer({ accounts: [mainAccount], dataDirectory: folder.path, kmsKeys })
    await createBucket(server, 'format')
    const encryption = {
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'a-key',
    }
    for (const [key, body] of Object.entries(bodies)) {
      const answer = await rawRequest(server, {
        method: 'PUT',
        path: `/format/${key}`,
        headers: encryption,
        body,
      })
      expect([answer.status, answer.errorCode]).toEqual([200, undefined])
    }
  }

  await using store = await openLmdb({ path: join(folder.path, 'metadata') })
  const everything = await store.scan({ start: Buffer.of(0), end: Buffer.of(0xff), limit: 1000 })
  const entryOf = (part: string): Buffer => {
    // Text in keys: each byte plus one.
    const text = Buffer.from(part).map((byte) => byte + 1)
    const end = Buffer.concat([Buffer.of(0x02), text, Buffer.of(0)])
    const found = everything.find(({ key }) => Buffer.from(key).subarray(-end.length).equals(end))
    return Buffer.from(found?.value ?? [])
  }
  for (const [key, body] of Object.entries(bodies)) {
    const row = JSON.parse(entryOf(key).toString('utf8', 1)) as Row
    const { kind, id } = row.content
    const sealed =
      kind === 'inline' ? entryOf(id) : await readFile(join(folder.path, 'blobs', id.slice(0, 2), id))
    const dataKey = dataKeyOf(row, { 'aws:s3:arn': `arn:aws:s3:::format/${key}` })
    expect(openContent(row, dataKey, sealed).equals(body)).toBe(true)
  }
})
