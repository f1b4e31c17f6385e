import { crc32 } from 'node:zlib'
import { shortCrc32 } from '../base/short-crc32.ts'
import { UnreadableRow } from './unreadable-row.ts'

/**
 * How a row is framed: 1 is the version alone, 2 has a checksum. The version is the first byte of each row, so that both
 * may lie in one store.
 */
export type FrameVersion = 1 | 2

/** What stands in front of a body: the version; then, in version 2, the CRC-32, big-endian. */
export const HEAD_BYTES: Readonly<Record<FrameVersion, number>> = { 1: 1, 2: 5 }

const MOST_SHORT_BYTES = 300

/** Writes the head into the room that was left for it. The checksum is of the key too: a row at another's key is found. */
export function sealFrame(frame: Buffer, key: Uint8Array, version: FrameVersion): Buffer {
  frame[0] = version
  if (version === 2) frame.writeUInt32BE(checksum(frame, key), 1)
  return frame
}

/**
 * Tells the version of a frame. Throws `UnreadableRow` where it is none that is known, and where the checksum is
 * another than that of the key and the body.
 */
export function openFrame(frame: Buffer, key: Uint8Array, tableName: string): FrameVersion {
  const version = frame[0]
  if (version === 1) return version
  if (version !== 2) throw new UnreadableRow(tableName, key, `has the unknown format ${version}`)
  if (frame.length < HEAD_BYTES[2] || frame.readUInt32BE(1) !== checksum(frame, key))
    throw new UnreadableRow(tableName, key, 'has another checksum than when it was written')
  return version
}

/**
 * Node's own CRC-32 takes a third of a microsecond to be called for a key and a row, most of it for crossing over: short ones
 * are done here in half the time, which a listing does a thousand times. CRC-32C is faster from 700 bytes on, but its native
 * module is slow to load.
 */
function checksum(frame: Buffer, key: Uint8Array): number {
  if (frame.length > MOST_SHORT_BYTES) return crc32(frame.subarray(HEAD_BYTES[2]), crc32(key))
  return shortCrc32(frame, HEAD_BYTES[2], shortCrc32(key, 0, 0))
}
