import { shortCrc32 } from '../../../base/short-crc32.ts'

export const HEAD_BYTES = 64

const MAGIC = 'HFRB'
const VERSION = 1
const KINDS = ['inline', 'striped', 'gone'] as const
const DATA_BYTES = 16

/** What the object of a blob begins with (docs/format.md). */
export interface BlobHead {
  /** `inline`: the bytes follow. `striped`: they are in objects of their own. `gone`: they are no more, or never were all there. */
  readonly kind: (typeof KINDS)[number]
  readonly sizeBytes: number
  readonly stripeBytes: number
  /** What the names of the stripes begin with: 32 lower-case hex digits. */
  readonly data: string
  /** When it went into quarantine, since 1970; 0 outside. */
  readonly sinceMilliseconds: number
}

export function encodeHead(head: BlobHead): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES)
  bytes.write(MAGIC, 'latin1')
  bytes[4] = VERSION
  bytes[5] = KINDS.indexOf(head.kind)
  bytes.writeUInt32LE(head.stripeBytes, 8)
  bytes.writeBigUInt64LE(BigInt(head.sizeBytes), 16)
  bytes.writeBigUInt64LE(BigInt(head.sinceMilliseconds), 24)
  bytes.write(head.data, 32, DATA_BYTES, 'hex')
  bytes.writeUInt32LE(crcOf(bytes), 12)
  return bytes
}

/** `undefined` for what is no head, or a damaged one. */
export function decodeHead(bytes: Buffer): BlobHead | undefined {
  if (bytes.length < HEAD_BYTES || bytes.toString('latin1', 0, 4) !== MAGIC) return undefined
  const kind = KINDS[bytes[5] ?? KINDS.length]
  if (bytes[4] !== VERSION || kind === undefined || bytes.readUInt32LE(12) !== crcOf(bytes)) return undefined
  return {
    kind,
    stripeBytes: bytes.readUInt32LE(8),
    sizeBytes: Number(bytes.readBigUInt64LE(16)),
    sinceMilliseconds: Number(bytes.readBigUInt64LE(24)),
    data: bytes.toString('hex', 32, 32 + DATA_BYTES),
  }
}

/** Of all but itself. */
function crcOf(bytes: Buffer): number {
  return shortCrc32(bytes.subarray(16, HEAD_BYTES), 0, shortCrc32(bytes.subarray(0, 12), 0, 0))
}

/** A run of bytes in one object. */
export interface ObjectPart {
  readonly name: string
  readonly offset: number
  readonly length: number
}

/** Where bytes `start` to `end` of a blob are, one after the other. */
export function partsOf(id: string, head: BlobHead, start: number, end: number): ObjectPart[] {
  if (head.kind === 'inline') return [{ name: id, offset: HEAD_BYTES + start, length: end - start }]
  const parts: ObjectPart[] = []
  for (let position = start; position < end;) {
    const stripe = Math.floor(position / head.stripeBytes)
    const offset = position - stripe * head.stripeBytes
    const length = Math.min(head.stripeBytes - offset, end - position)
    parts.push({ name: stripeName(head.data, stripe), offset, length })
    position += length
  }
  return parts
}

export function stripeName(data: string, stripe: number): string {
  return `${data}.${stripe}`
}

export function stripesOf({ sizeBytes, stripeBytes }: BlobHead): number {
  return Math.ceil(sizeBytes / stripeBytes)
}
