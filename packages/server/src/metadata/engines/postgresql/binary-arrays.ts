/** Arrays as PostgreSQL takes them in binary form: no byte is written as text. */

const BYTEA_OID = 17
const INT8_OID = 20
const HEAD_BYTES = 20

export function byteaArray(items: readonly Uint8Array[]): Buffer {
  let sizeBytes = HEAD_BYTES
  for (const item of items) sizeBytes += 4 + item.length
  const array = head(sizeBytes, BYTEA_OID, items.length)
  let at = HEAD_BYTES
  for (const item of items) {
    at = array.writeInt32BE(item.length, at)
    array.set(item, at)
    at += item.length
  }
  return array
}

/** Of whole numbers from 0 to 2^53. */
export function int8Array(items: readonly number[]): Buffer {
  const array = head(HEAD_BYTES + 12 * items.length, INT8_OID, items.length)
  let at = HEAD_BYTES
  for (const item of items) {
    at = array.writeInt32BE(8, at)
    at = array.writeUInt32BE(Math.floor(item / 2 ** 32), at)
    at = array.writeUInt32BE(item % 2 ** 32, at)
  }
  return array
}

/** One dimension, no nulls, counted from 1. */
function head(sizeBytes: number, elementOid: number, length: number): Buffer {
  const array = Buffer.allocUnsafe(sizeBytes)
  array.writeInt32BE(1, 0)
  array.writeInt32BE(0, 4)
  array.writeInt32BE(elementOid, 8)
  array.writeInt32BE(length, 12)
  array.writeInt32BE(1, 16)
  return array
}
