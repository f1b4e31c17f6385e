import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HEAD_BYTES, sealFrame } from '../row-frame.ts'
import { UnreadableRow } from '../unreadable-row.ts'
import type { WrittenVersion } from '../written-version.ts'
import type { DeleteMarkerRow, ListedVersionRow, ObjectRow, VersionRow } from './rows.ts'
import { current, versionHeads, versions } from './tables.ts'

const key = current.key('bucket', 'key')
const LAYOUT = HEAD_BYTES[2]
const PACKED = 2
const JSON_TEXT = 1

function written(row: VersionRow, version: WrittenVersion = 3): Buffer {
  return current.encode(key, row as ObjectRow, version)
}

function readBack(row: VersionRow, version: WrittenVersion = 3) {
  const value = written(row, version)
  return { layout: value[LAYOUT], row: current.decode({ key, value }) }
}

const hexText = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((each) => Buffer.from(each).toString('hex'))
const base64Text = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((each) => Buffer.from(each).toString('base64'))
const someText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 400 }),
  hexText(8),
  base64Text(9),
)
const time = fc.oneof(
  fc.nat(),
  fc.constantFrom(0, 1.5, -1, 1_795_815_972_014, 2 ** 48 - 1, 2 ** 48, 2 ** 53 - 1),
)
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

const seal = fc.oneof(
  fc.record({ salt: fc.oneof(base64Text(32), someText), storeKeyId: optional(hexText(8)) }),
  fc.record({ sealedKey: fc.oneof(base64Text(72), someText), chunkBytes: optional(fc.nat()) }),
)
const content = fc.oneof(
  fc.constant({ kind: 'empty' as const }),
  fc.record({ kind: fc.constantFrom('inline', 'blob', 'parts'), id: fc.oneof(hexText(16), someText) }),
  fc.record({
    kind: fc.constant('inline'),
    id: base64Text(12),
    seal: optional(seal),
    pieces: optional(fc.nat()),
    compressedBytes: optional(time),
    partCount: optional(fc.nat()),
  }),
)
/** As content is today: a salt of its id, or of anything. */
const contentOfToday = fc
  .tuple(fc.uint8Array({ minLength: 11, maxLength: 11 }), base64Text(32), hexText(8), fc.boolean())
  .map(([bytes, other, storeKeyId, isOfId]) => {
    const id = Buffer.from(bytes).toString('base64url')
    const ofId = Buffer.concat([bytes, Buffer.from(other, 'base64').subarray(0, 8), Buffer.alloc(13)])
    return { kind: 'inline', id, seal: { salt: isOfId ? ofId.toString('base64') : other, storeKeyId } }
  })
const encryption = fc.oneof(
  fc.record({
    kind: fc.constant('AES256'),
    objectKey: optional(fc.record({ sealed: base64Text(72), storeKeyId: hexText(8) })),
  }),
  fc.record({
    kind: fc.constantFrom('aws:kms', 'aws:kms:dsse', 'something newer'),
    keyArn: someText,
    sealedKey: base64Text(100),
    context: optional(fc.dictionary(fc.string(), fc.string())),
    bucketKey: optional(fc.constant(true)),
  }),
  fc.record({ kind: fc.constant('customer'), salt: base64Text(16), verifier: base64Text(32) }),
)
const objects = fc.record({
  etag: fc.oneof(
    hexText(16),
    fc.tuple(hexText(16), fc.nat(70_000)).map(([md5, parts]) => `${md5}-${parts}`),
    someText,
  ),
  sizeBytes: time,
  modifiedMilliseconds: time,
  ownerAccountId: fc.oneof(
    fc.constantFrom('000000000000', '999999999999', 'anonymous'),
    hexText(32),
    someText,
  ),
  order: optional(fc.oneof(hexText(16), someText)),
  isNull: optional(fc.constant(true)),
  versionId: optional(someText),
  content: fc.oneof(content, contentOfToday),
  checksum: optional(
    fc.record({
      algorithm: fc.constantFrom('CRC32', 'CRC64NVME', 'SHA256', 'XXHASH128', 'something newer'),
      value: fc.oneof(base64Text(8), someText),
      type: fc.constantFrom('FULL_OBJECT', 'COMPOSITE'),
    }),
  ),
  storageClass: optional(fc.constantFrom('STANDARD', 'STANDARD_IA', 'FSX_ONTAP', 'one of the config')),
  contentType: optional(fc.oneof(someText, fc.constantFrom('text/plain', 'application/octet-stream'))),
  expires: optional(someText),
  metadata: optional(fc.dictionary(fc.string(), fc.string())),
  acl: optional(fc.array(someText)),
  tags: optional(fc.array(fc.tuple(someText, someText))),
  retention: optional(
    fc.record({
      mode: fc.constantFrom('GOVERNANCE', 'COMPLIANCE'),
      untilMilliseconds: time,
      eventHold: optional(
        fc.oneof(
          fc.constant('OFF'),
          fc.record({ days: fc.integer({ min: 1 }) }),
          fc.record({ years: fc.integer({ min: 1 }) }),
        ),
      ),
    }),
  ),
  legalHold: optional(fc.boolean()),
  encryption: optional(encryption),
  restore: optional(fc.record({ readyMilliseconds: time, untilMilliseconds: optional(time) })),
  accessTier: optional(fc.constantFrom('INFREQUENT_ACCESS', 'DEEP_ARCHIVE_ACCESS')),
  accessedMilliseconds: optional(time),
  replication: optional(fc.constantFrom('PENDING', 'COMPLETED', 'FAILED', 'REPLICA')),
  isReplica: optional(fc.constant(true)),
  elsewhere: optional(fc.dictionary(fc.string(), fc.string())),
  traitChanges: optional(fc.record({ tags: optional(time), acl: optional(time), legalHold: optional(time) })),
}) as fc.Arbitrary<ObjectRow>

const markers = fc.record({
  isDeleteMarker: fc.constant(true),
  order: optional(hexText(16)),
  isNull: optional(fc.constant(true)),
  versionId: optional(someText),
  modifiedMilliseconds: time,
  ownerAccountId: fc.oneof(fc.constant('111122223333'), someText),
}) as fc.Arbitrary<DeleteMarkerRow>

/** What listings tell of a version. */
function told(row: ListedVersionRow): unknown {
  const { modifiedMilliseconds, ownerAccountId, order, isNull, versionId } = row
  const common = { modifiedMilliseconds, ownerAccountId, order, isNull, versionId }
  if (row.isDeleteMarker) return common
  const { etag, sizeBytes, storageClass, restore, checksum } = row
  const kind = [checksum?.algorithm, checksum?.type]
  return { ...common, etag, sizeBytes, storageClass, restore, kind }
}

const plain = {
  ownerAccountId: '100000000001',
  encryption: { kind: 'AES256' },
  etag: 'aed563ecafb4bcc5654c597a421547b2',
  sizeBytes: 100,
  modifiedMilliseconds: 1_795_815_972_014,
  content: {
    kind: 'inline',
    id: 'yDpdTkNRIi8tSfvQ',
    seal: { salt: 'sQJcgfoGa1uGbZuu1eInA+cj4UiTSvQaslZOBt/f6ao=', storeKeyId: '8003d89c242529f4' },
  },
  checksum: { algorithm: 'CRC64NVME', value: 'EYfZ6+g5kmA=', type: 'FULL_OBJECT' },
} as const satisfies ObjectRow

/** The content id of today, and a salt that is made of it. */
const asOfToday = {
  ...plain,
  content: {
    kind: 'inline',
    id: 'cXQDUWF-A5jqD4c',
    seal: { salt: 'cXQDUWF+A5jqD4f+qJW2q5KVJQAAAAAAAAAAAAAAAAA=', storeKeyId: '80a51a6cde568ece' },
  },
} as const satisfies ObjectRow

describe('the row of a version', () => {
  it('is read as it was written, whatever it tells', () => {
    fc.assert(
      fc.property(fc.oneof(objects, markers), fc.constantFrom(2, 3), (row, version) => {
        expect(readBack(row, version).row).toEqual(row)
      }),
      { numRuns: 1000 },
    )
  })

  it('tells listings the same from its head', () => {
    fc.assert(
      fc.property(fc.oneof(objects, markers), fc.constantFrom(2, 3), (row, version) => {
        const brief = versions.brief.decode({ key, value: versions.encode(key, row, version) })
        expect(told(row)).toEqual(told(brief))
      }),
    )
  })

  it('takes a quarter of what it took as JSON', () => {
    expect(readBack(plain)).toEqual({ layout: PACKED, row: plain })
    expect(written(plain, 2).length).toBeLessThanOrEqual(128)
    expect(written(plain, 1).length).toBeGreaterThan(380)
    for (const contentType of [undefined, 'application/octet-stream']) {
      const row = { ...asOfToday, contentType }
      expect(readBack(row)).toEqual({ layout: PACKED, row })
      expect(written(row).length).toBeLessThanOrEqual(contentType === undefined ? 78 : 81)
      expect(readBack(row, 2)).toEqual({ layout: PACKED, row })
    }
  })

  it('keeps of a salt what its content id does not tell, and of any other salt all', () => {
    const { id, seal: itsSeal } = asOfToday.content
    for (let at = 0; at < 32; at++) {
      const salt = Buffer.from(itsSeal.salt, 'base64')
      salt[at] = (salt[at] ?? 0) ^ 0x10
      const row = {
        ...asOfToday,
        content: { kind: 'inline', id, seal: { ...itsSeal, salt: salt.toString('base64') } },
      }
      const isTold = at >= 11 && at < 19
      expect(readBack(row as ObjectRow).row).toEqual(row)
      expect(written(row as ObjectRow).length).toBe(written(asOfToday).length + (isTold ? 0 : 24))
    }
  })

  it('is short where its size and ETag have a place there', () => {
    for (const sizeBytes of [0, 2 ** 24 - 1, 2 ** 24, 2 ** 48 - 1])
      for (const etag of [plain.etag, `${plain.etag}-1`, `${plain.etag}-65535`, 'x'.repeat(32)])
        for (const ownerAccountId of ['000000000000', '999999999999', 'anonymous']) {
          const row = { ...plain, sizeBytes, etag, ownerAccountId, order: 'ab'.repeat(16) }
          expect(readBack(row).row).toEqual(row)
          const brief = versions.brief.decode({ key, value: versions.encode(key, row, 3) })
          expect(told(row)).toEqual(told(brief))
        }
  })

  it('is JSON where it has a member that none of today has, and in a store of version 1', () => {
    const newer = { ...plain, fromTheFuture: 1 }
    expect(readBack(newer)).toEqual({ layout: JSON_TEXT, row: newer })
    const within = { ...plain, encryption: { kind: 'AES256', fromTheFuture: true } }
    expect(readBack(within as ObjectRow)).toEqual({ layout: PACKED, row: within })
    const value = current.encode(key, plain, 1)
    expect(value.toString('utf8', 1)).toBe(JSON.stringify(plain))
    expect(current.decode({ key, value })).toEqual(plain)
  })

  it('with members, codes or flags that nobody knows, or cut off, is refused', () => {
    const start = LAYOUT + 1
    const bytes = written(plain)
    const refusals = [
      (copy: Buffer) => (copy[start] = 0x80),
      (copy: Buffer) => (copy[start + 1] = 99),
      (copy: Buffer) => (copy[start + 2] = 99),
      (copy: Buffer) => (copy[start + 33] = 99),
    ].map((change) => {
      const copy = Buffer.from(bytes)
      change(copy)
      return sealFrame(copy, key, 2)
    })
    const short = Array.from({ length: bytes.length - start }, (_, index) =>
      sealFrame(Buffer.from(bytes.subarray(0, start + index)), key, 2),
    )
    for (const value of [...refusals, ...short]) {
      expect(() => current.decode({ key, value })).toThrow(UnreadableRow)
    }
  })
})

it('the head of a key with versions is read as it was written', () => {
  const order = '0123456789abcdef0123456789abcdef'
  const headKey = versionHeads.key('bucket', 'key')
  for (const row of [{ latestOrder: order }, { latestOrder: order, nullOrder: order }]) {
    const value = versionHeads.encode(headKey, row, 2)
    expect(value.length).toBeLessThan(45)
    expect(versionHeads.decode({ key: headKey, value })).toEqual(row)
  }
})
