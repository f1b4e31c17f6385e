import { BLOCK_BYTES, MD5_START } from './md5-code.ts'
import { CONSTANTS, type DigestCode, LAST_BLOCKS, STATES } from './digest-code.ts'
import type { SharedMemory } from './web-assembly.ts'

const LANES = 4
const STATE_WORDS = 4

/** Bytes in the shared memory. */
export interface Piece {
  readonly start: number
  readonly sizeBytes: number
}

/** The MD5 of one stream, taken together with those of others. */
export interface LaneMd5 {
  readonly state: Int32Array
  sizeBytes: number
  /** The bytes behind the last whole block; there are some only at the end. */
  tail: Uint8Array
}

export class Md5Lanes {
  readonly #code: DigestCode
  readonly #bytes: Uint8Array
  readonly #words: Int32Array

  constructor(code: DigestCode, memory: SharedMemory) {
    this.#code = code
    this.#bytes = new Uint8Array(memory.buffer)
    this.#words = new Int32Array(memory.buffer, STATES, 2 * LANES * STATE_WORDS)
  }

  start(): LaneMd5 {
    return { state: Int32Array.from(MD5_START, (word) => word | 0), sizeBytes: 0, tail: new Uint8Array() }
  }

  /** Takes for each of up to eight streams a piece, all of one size: whole blocks, but for the last of a stream. */
  update(streams: readonly LaneMd5[], pieces: readonly Piece[], sizeBytes: number): void {
    const blocks = Math.floor(sizeBytes / BLOCK_BYTES)
    if (blocks > 0) this.#takeBlocks(streams, pieces, blocks)
    for (const [index, stream] of streams.entries()) {
      stream.sizeBytes += sizeBytes
      const start = (pieces[index]?.start ?? 0) + blocks * BLOCK_BYTES
      stream.tail = this.#bytes.slice(start, start + sizeBytes - blocks * BLOCK_BYTES)
    }
  }

  digest({ state, sizeBytes, tail }: LaneMd5): Buffer {
    const padded = tail.length < BLOCK_BYTES - 8 ? BLOCK_BYTES : 2 * BLOCK_BYTES
    const last = this.#bytes.subarray(LAST_BLOCKS, LAST_BLOCKS + padded)
    last.fill(0)
    last.set(tail)
    last[tail.length] = 0x80
    const view = new DataView(last.buffer, last.byteOffset)
    view.setBigUint64(padded - 8, BigInt(sizeBytes) * 8n, true)
    this.#words.set(state)
    this.#code.md5One(STATES, LAST_BLOCKS, padded / BLOCK_BYTES)
    return Buffer.from(this.#bytes.slice(STATES, STATES + STATE_WORDS * 4))
  }

  #takeBlocks(streams: readonly LaneMd5[], pieces: readonly Piece[], blocks: number): void {
    const [only] = streams
    const data = pieces.map(({ start }) => start)
    if (streams.length === 1 && only) {
      this.#words.set(only.state)
      this.#code.md5One(STATES, data[0] ?? 0, blocks)
      only.state.set(this.#words.subarray(0, STATE_WORDS))
      return
    }
    for (const [lane, { state }] of streams.entries()) {
      for (const [part, value] of state.entries()) this.#words[placeOf(lane, part)] = value
    }
    const lanes = streams.length <= LANES ? LANES : 2 * LANES
    // Lanes without a stream digest what another has, for nobody.
    while (data.length < lanes) data.push(data[0] ?? 0)
    if (lanes === LANES) this.#code.md5Four(STATES, CONSTANTS, ...data, blocks)
    else this.#code.md5Eight(STATES, CONSTANTS, ...data, blocks)
    for (const [lane, { state }] of streams.entries()) {
      for (let part = 0; part < STATE_WORDS; part++) state[part] = this.#words[placeOf(lane, part)] ?? 0
    }
  }
}

/** Four vectors a group of lanes, each with one part of their states. */
function placeOf(lane: number, part: number): number {
  const group = Math.floor(lane / LANES)
  return (group * STATE_WORDS + part) * LANES + (lane % LANES)
}
