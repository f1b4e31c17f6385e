import { crc32 } from 'node:zlib'
import { createDecipheriv, createHmac, hash, hkdfSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startServer, type TestServer } from 'holdfast'
import { expect, it } from 'vitest'
import { openLmdb } from '../../../packages/server/src/metadata/engines/lmdb.ts'
import { mainAccount } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { contentOf } from '../../support/content.ts'
import { type RawAnswer, rawRequest, type RawRequest, xmlTexts } from '../../support/raw-request.ts'
import { objectPath } from '../../support/signature-v4.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

/*
 * Decrypts what a server wrote with nothing but docs/format.md, the key of the config and node:crypto: no code of ours
 * but the one that reads entries of the store.
 */

const material = Buffer.alloc(32, 3)

interface Content {
  readonly kind: string
  readonly id: string
  readonly seal: { readonly salt?: string; readonly sealedKey?: string }
}

interface Sealed {
  readonly content: Content
  readonly sizeBytes: number
}

interface Row extends Sealed {
  readonly encryption: { readonly sealedKey: string; readonly objectKey?: { readonly sealed: string } }
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

/** A salt, then ciphertext and tag under a key and nonce that follow from it. */
function openSeal(key: Uint8Array, seal: Buffer, bound: Buffer): Buffer {
  const salt = seal.subarray(0, 24)
  const derived = Buffer.from(hkdfSync('sha256', key, salt, 'holdfast sealed bytes v1', 44))
  return openGcm(derived.subarray(0, 32), derived.subarray(32), seal.subarray(24), bound)
}

function dataKeyOf({ encryption }: Row, context: Record<string, string>): Buffer {
  const ciphertext = Buffer.from(encryption.sealedKey, 'base64')
  const headBytes = 2 + (ciphertext[1] ?? 0) + 4
  const bound = Buffer.concat([ciphertext.subarray(0, headBytes), encoded(context)])
  const dataKey = openSeal(material, ciphertext.subarray(headBytes), bound)
  if (!encryption.objectKey) return dataKey
  const sealed = Buffer.from(encryption.objectKey.sealed, 'base64')
  return openSeal(dataKey, sealed, Buffer.from('holdfast sealed data key v1'))
}

function contentKeyOf({ salt, sealedKey }: Content['seal'], dataKey: Buffer): Buffer {
  if (sealedKey !== undefined) {
    const sealed = Buffer.from(sealedKey, 'base64')
    return openSeal(dataKey, sealed, Buffer.from('holdfast sealed content key v1'))
  }
  const mac = createHmac('sha256', dataKey).update('holdfast content v1\0')
  return mac
    .update(Buffer.from(salt ?? '', 'base64'))
    .update('\x01')
    .digest()
}

function openContent({ content, sizeBytes }: Sealed, dataKey: Buffer, sealed: Buffer): Buffer {
  const key = contentKeyOf(content.seal, dataKey)
  const count = Math.max(1, Math.ceil(sizeBytes / 65_536))
  const chunks = Array.from({ length: count }, (_, index) => {
    const nonce = Buffer.alloc(12)
    nonce.writeUInt32BE(index, 7)
    nonce[11] = index === count - 1 ? 1 : 0
    return openGcm(key, nonce, sealed.subarray(index * 65_552, (index + 1) * 65_552))
  })
  return Buffer.concat(chunks)
}

const ENCRYPTION = {
  'x-amz-server-side-encryption': 'aws:kms',
  'x-amz-server-side-encryption-aws-kms-key-id': 'a-key',
}
const bodies = {
  small: contentOf('small', 5000),
  large: contentOf('large', 300_000),
  'small, brought under it': contentOf('small', 5001),
  'large, brought under it': contentOf('large', 300_001),
  'parts, brought under it': Buffer.concat([contentOf('one', 100_000), contentOf('two', 300)]),
}

async function write(server: TestServer): Promise<void> {
  const ask = async (method: string, key: string, more: Partial<RawRequest> = {}): Promise<RawAnswer> => {
    const answer = await rawRequest(server, { method, path: objectPath('format', key), ...more })
    expect([answer.status, answer.errorCode]).toEqual([200, undefined])
    return answer
  }
  await createBucket(server, 'format')
  for (const key of ['small', 'large'] as const) {
    await ask('PUT', key, { headers: ENCRYPTION, body: bodies[key] })
  }
  for (const key of ['small, brought under it', 'large, brought under it'] as const) {
    await ask('PUT', key, { body: bodies[key] })
  }
  const parts = 'parts, brought under it'
  const [uploadId = ''] = xmlTexts((await ask('POST', parts, { query: 'uploads=' })).text, 'UploadId')
  const list: string[] = []
  for (const [index, body] of [
    bodies[parts].subarray(0, 100_000),
    bodies[parts].subarray(100_000),
  ].entries()) {
    const query = `partNumber=${index + 1}&uploadId=${uploadId}`
    const { headers } = await ask('PUT', parts, { query, body })
    list.push(`<Part><PartNumber>${index + 1}</PartNumber><ETag>${headers.etag}</ETag></Part>`)
  }
  const body = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`
  await ask('POST', parts, { query: `uploadId=${uploadId}`, body })
  for (const key of Object.keys(bodies).slice(2)) {
    const KMSKeyArn = `arn:aws:kms:us-east-1:${mainAccount.id}:key/a-key`
    const body = `<ObjectEncryption><SSE-KMS><KMSKeyArn>${KMSKeyArn}</KMSKeyArn></SSE-KMS></ObjectEncryption>`
    const headers = { 'content-md5': hash('md5', body, 'base64') }
    await ask('PUT', key, { query: 'encryption=', body, headers })
  }
}

it('docs/format.md is enough to decrypt an object with its key', async () => {
  await using folder = await temporaryDirectory()
  {
    const kmsKeys = [{ keyId: 'a-key', accountId: mainAccount.id, material: material.toString('base64') }]
    const options = { accounts: [mainAccount], dataDirectory: folder.path, kmsKeys, minimumPartBytes: 1 }
    await using server = await startServer(options)
    await write(server)
  }

  await using store = await openLmdb({ path: join(folder.path, 'metadata') })
  const everything = await store.scan({ start: Buffer.of(0), end: Buffer.of(0xff), limit: 1000 })
  /** The entry of a table, by its tag, that has a text in its key. */
  const entryOf = (tag: number, part: string): Buffer => {
    // Text in keys: each byte plus one.
    const text = Buffer.concat([Buffer.of(0x02), Buffer.from(part).map((byte) => byte + 1), Buffer.of(0)])
    const found = everything.find(({ key }) => isOf(tag, key) && Buffer.from(key).includes(text))
    return unframed(found?.key ?? Buffer.alloc(0), Buffer.from(found?.value ?? []))
  }
  const rowOf = (tag: number, part: string): unknown => JSON.parse(entryOf(tag, part).toString())
  const open = async (sealed: Sealed, dataKey: Buffer): Promise<Buffer> => {
    const { kind, id } = sealed.content
    if (kind === 'parts') {
      const { parts } = rowOf(6, id) as { parts: readonly Sealed[] }
      return Buffer.concat(await Promise.all(parts.map((part) => open(part, dataKey))))
    }
    const bytes =
      kind === 'inline' ? entryOf(255, id) : await readFile(join(folder.path, 'blobs', id.slice(0, 2), id))
    return openContent(sealed, dataKey, bytes)
  }
  for (const [key, body] of Object.entries(bodies)) {
    const row = objectOf(entryOf(2, key))
    const dataKey = dataKeyOf(row, { 'aws:s3:arn': `arn:aws:s3:::format/${key}` })
    expect([key, (await open(row, dataKey)).equals(body)]).toEqual([key, true])
  }
})

/** A frame of version 2: the version, a CRC-32 of the key and what follows, the layout, and the row. */
function unframed(key: Uint8Array, frame: Buffer): Buffer {
  expect(frame[0]).toBe(2)
  expect(frame.readUInt32BE(1)).toBe(crc32(Buffer.concat([key, frame.subarray(5)])))
  return frame.subarray(6)
}

/** A packed row: its head, of which opening needs the size alone, then members. The head of a small object is short. */
function objectOf(row: Buffer): Row {
  const flags = row[0] ?? 0
  const isShort = (flags & 16) !== 0
  const orderStart = isShort ? 33 : 39
  const hasOrder = (flags & 4) !== 0
  const object = membersOf(row.subarray(hasOrder ? orderStart + 16 : orderStart))
  const encryption = membersOf(object.get(2))
  const objectKey = membersOf(encryption.get(6)).get(1)
  return {
    sizeBytes: row.readUIntBE(9, isShort ? 3 : 6),
    content: contentIn(object),
    encryption: {
      sealedKey: encryption.get(3)?.toString('base64') ?? '',
      ...(objectKey && { objectKey: { sealed: objectKey.toString('base64') } }),
    },
  }
}

/** Most often salt, store key and id, one after the other; otherwise members. */
function contentIn(object: Map<number, Buffer>): Content {
  for (const [number, kind] of [
    [24, 'inline'],
    [25, 'blob'],
  ] as const) {
    const together = object.get(number)
    if (!together) continue
    return {
      kind,
      id: together.toString('hex', 40),
      seal: { salt: together.toString('base64', 0, 32) },
    }
  }
  const content = membersOf(object.get(1))
  const seal = membersOf(content.get(4))
  return {
    kind: ['empty', 'inline', 'blob', 'parts'][content.get(1)?.[0] ?? NaN] ?? '',
    id: content.get(2)?.toString('hex') ?? content.get(3)?.toString('base64url') ?? '',
    seal: { ...textOf('salt', seal.get(1)), ...textOf('sealedKey', seal.get(3)) },
  }
}

function textOf(name: 'salt' | 'sealedKey', bytes: Buffer | undefined): Content['seal'] {
  return bytes ? { [name]: bytes.toString('base64') } : {}
}

/** Number, length and value in turn. */
function membersOf(bytes: Buffer = Buffer.alloc(0)): Map<number, Buffer> {
  const members = new Map<number, Buffer>()
  for (let at = 0; at < bytes.length;) {
    const isLong = bytes[at + 1] === 255
    const start = at + (isLong ? 6 : 2)
    const end = start + (isLong ? bytes.readUInt32BE(at + 2) : (bytes[at + 1] ?? 0))
    members.set(bytes[at] ?? 0, bytes.subarray(start, end))
    at = end
  }
  return members
}

/** A key begins with its table's tag, a whole number: `10` plus the count of its bytes, here one, and the byte. */
function isOf(tag: number, key: Uint8Array): boolean {
  return key[0] === 0x11 && key[1] === tag
}
