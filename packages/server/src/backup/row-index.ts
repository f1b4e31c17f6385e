import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { DiskFile } from '../base/disk.ts'
import { BackupRefusal } from './backup-refusal.ts'
import type { FileWriter } from './file-writer.ts'

/** A row of a moment: its key, and where its value is. */
export interface IndexedRow {
  readonly key: Buffer
  /** Of the row in the store; 0 for rows that never change. */
  readonly stamp: number
  /** Which of the moment's packs. */
  readonly pack: number
  readonly offset: number
  readonly sizeBytes: number
  /** CRC-32 of the value. */
  readonly crc: number
}

/** In place of the number of a pack: the row is gone that an older index names. */
export const GONE = 0xffffffff

const DAMAGED = 'The list of rows is cut off or damaged.'
const HEAD_BYTES = 12
export const FIELD_BYTES = 32
/** Of those fields. */
export const STAMP_AT = 4
const QUICKLY = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
const BLOCK_BYTES = 256 * 1024
const READ_AHEAD_BYTES = 1024 * 1024
/** The longest key twice over: a row more never runs over the end. */
const BUFFER_BYTES = BLOCK_BYTES + 4096

/** Writes rows in the order of their keys, in blocks that are compressed and have a checksum each. */
export class IndexWriter {
  readonly #file: FileWriter
  readonly #block = Buffer.allocUnsafe(BUFFER_BYTES)
  #end = 0
  #lastKey: Buffer = Buffer.alloc(0)

  constructor(file: FileWriter) {
    this.#file = file
  }

  /** `undefined` where there is nothing to wait for. */
  add({ key, stamp, pack, offset, sizeBytes, crc }: IndexedRow): Promise<void> | undefined {
    const shared = this.#end === 0 ? 0 : sharedBytes(this.#lastKey, key)
    const block = this.#block
    let at = this.#end
    at = block.writeUInt16BE(shared, at)
    at = block.writeUInt16BE(key.length - shared, at)
    at = block.writeDoubleBE(stamp, at)
    at = block.writeUInt32BE(pack, at)
    at = block.writeDoubleBE(offset, at)
    at = block.writeUInt32BE(sizeBytes, at)
    at = block.writeUInt32BE(crc, at)
    at += key.copy(block, at, shared)
    this.#end = at
    this.#lastKey = key
    return at >= BLOCK_BYTES ? this.endBlock() : undefined
  }

  /** What follows begins a block; where that will be is `sizeBytes` of the file. */
  async endBlock(): Promise<void> {
    if (this.#end === 0) return
    const packed = zstdCompressSync(this.#block.subarray(0, this.#end), QUICKLY)
    const head = Buffer.alloc(HEAD_BYTES)
    head.writeUInt32BE(packed.length, 0)
    head.writeUInt32BE(this.#end, 4)
    head.writeUInt32BE(crc32(packed), 8)
    this.#end = 0
    await this.#file.add(head)
    await this.#file.add(packed)
  }
}

function sharedBytes(one: Buffer, other: Buffer): number {
  const most = Math.min(one.length, other.length)
  let count = 0
  while (count < most && one[count] === other[count]) count++
  return count
}

/** The rows of an index from a block's beginning on, a block at a time. Throws `BackupRefusal` for what is damaged. */
export async function* readIndex(file: DiskFile, part: IndexPart): AsyncGenerator<readonly IndexedRow[]> {
  for await (const block of readBlocks(file, part)) yield rowsOf(block)
}

/** From a block's beginning up to the end. */
export interface IndexPart {
  readonly startByte?: number
  readonly sizeBytes: number
}

/** The same, the rows of a block as they lie in it. */
export async function* readBlocks(
  file: DiskFile,
  { startByte = 0, sizeBytes }: IndexPart,
): AsyncGenerator<Buffer> {
  const ahead = new ReadAhead(file, sizeBytes)
  for (let at = startByte; at < sizeBytes;) {
    const head = await ahead.take(at, HEAD_BYTES)
    const [packedBytes, blockBytes, crc] = [head.readUInt32BE(0), head.readUInt32BE(4), head.readUInt32BE(8)]
    if (at + HEAD_BYTES + packedBytes > sizeBytes) throw damaged()
    const packed = await ahead.take(at + HEAD_BYTES, packedBytes)
    if (crc32(packed) !== crc) throw damaged()
    const block = open(packed)
    if (block.length !== blockBytes) throw damaged()
    yield block
    at += HEAD_BYTES + packedBytes
  }
}

/** Blocks are small: to read each by itself takes more time than what is done with it. */
class ReadAhead {
  readonly #file: DiskFile
  readonly #endByte: number
  #room = Buffer.alloc(0)
  #startByte = 0
  #bytes = this.#room

  constructor(file: DiskFile, endByte: number) {
    this.#file = file
    this.#endByte = endByte
  }

  /** Valid until the next is taken. */
  async take(position: number, sizeBytes: number): Promise<Buffer> {
    const isHere = position >= this.#startByte && position + sizeBytes <= this.#startByte + this.#bytes.length
    if (!isHere) {
      const ahead = Math.min(READ_AHEAD_BYTES, this.#endByte - position)
      await this.#read(position, Math.max(sizeBytes, ahead))
    }
    const at = position - this.#startByte
    return this.#bytes.subarray(at, at + sizeBytes)
  }

  async #read(position: number, sizeBytes: number): Promise<void> {
    if (this.#room.length < sizeBytes) this.#room = Buffer.allocUnsafeSlow(sizeBytes)
    this.#bytes = this.#room.subarray(0, sizeBytes)
    this.#startByte = position
    await fill(this.#file, position, this.#bytes)
  }
}

/** Of no more than a block can have, whatever it says. */
function open(packed: Buffer): Buffer {
  try {
    return zstdDecompressSync(packed, { maxOutputLength: BUFFER_BYTES, chunkSize: BUFFER_BYTES })
  } catch (cause) {
    throw new BackupRefusal(DAMAGED, { cause })
  }
}

function rowsOf(block: Buffer): IndexedRow[] {
  const rows: IndexedRow[] = []
  let key: Buffer = Buffer.alloc(0)
  for (let at = 0; at < block.length;) {
    const shared = block.readUInt16BE(at)
    const end = at + FIELD_BYTES + block.readUInt16BE(at + 2)
    key = keyFrom(key, shared, block, at + FIELD_BYTES, end)
    rows.push(rowAt(block, at, key))
    at = end
  }
  return rows
}

/** What a block says of a row whose key is known. */
export function rowAt(block: Buffer, at: number, key: Buffer): IndexedRow {
  return {
    key,
    stamp: block.readDoubleBE(at + STAMP_AT),
    pack: packAt(block, at),
    offset: block.readDoubleBE(at + 16),
    sizeBytes: block.readUInt32BE(at + 24),
    crc: block.readUInt32BE(at + 28),
  }
}

export function packAt(block: Buffer, at: number): number {
  return block.readUInt32BE(at + 12)
}

/** The beginning of the key before, and what the block has of this one. Half the time that Buffer.concat takes. */
function keyFrom(before: Buffer, shared: number, block: Buffer, start: number, end: number): Buffer {
  const key = Buffer.allocUnsafe(shared + end - start)
  before.copy(key, 0, 0, shared)
  block.copy(key, shared, start, end)
  return key
}

/** So many bytes of a file. */
export async function readAt(file: DiskFile, position: number, sizeBytes: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(sizeBytes)
  await fill(file, position, bytes)
  return bytes
}

async function fill(file: DiskFile, position: number, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const count = await file.read(bytes.subarray(at), position + at)
    if (count === 0) throw damaged()
    at += count
  }
}

function damaged(): BackupRefusal {
  return new BackupRefusal(DAMAGED)
}
