import { foldCrc64, LEFT_VECTORS, UNROLLED, VECTOR_BYTES } from './crc64-code.ts'
import { BLOCK_BYTES, MD5_CONSTANTS, md5Lanes, md5One } from './md5-code.ts'
import { wasmModule } from './wasm-module.ts'
import { PAGE_BYTES, type SharedMemory, webAssembly } from './web-assembly.ts'

/** Code that digests what lies in a shared memory. All addresses are bytes from its start, all counts at least one. */
export interface DigestCode {
  /** See `md5One` and `md5Lanes` in md5-code.ts: these take the four vectors of each group at `STATES`. */
  md5One(state: number, data: number, blocks: number): void
  md5Four(states: number, constants: number, ...dataAndBlocks: number[]): void
  md5Eight(states: number, constants: number, ...dataAndBlocks: number[]): void
  /** See `foldCrc64` in crc64-code.ts. */
  foldCrc64(left: number, data: number, vectors: number): void
}

/** Vectors that are folded in one go: as many as the processor's nearest cache holds together with their results. */
export const FOLDED_VECTORS = 1024

/** What of the memory the code has for itself: its first page. */
export const CONSTANTS = 0
export const STATES = MD5_CONSTANTS.length * VECTOR_BYTES
export const LAST_BLOCKS = STATES + 8 * VECTOR_BYTES
export const FOLDED = LAST_BLOCKS + 2 * BLOCK_BYTES
export const LEFT_BYTES = LEFT_VECTORS * VECTOR_BYTES
/** The fold takes a multiple of this. */
export const FOLD_BYTES = UNROLLED * VECTOR_BYTES

/**
 * Assembles the code, in milliseconds, and puts its constants into the memory. `undefined` on a processor without the
 * vectors that it needs.
 */
export function digestCode(memory: SharedMemory): DigestCode | undefined {
  const pages = memory.buffer.byteLength / PAGE_BYTES
  const functions = [md5One(), md5Lanes('md5Four', 1), md5Lanes('md5Eight', 2), foldCrc64()]
  const binary = wasmModule(functions, pages)
  if (!webAssembly.validate(binary)) return undefined
  const module = new webAssembly.Module(binary)
  const { exports } = new webAssembly.Instance(module, { shared: { memory } })
  const constants = new Int32Array(memory.buffer, CONSTANTS, MD5_CONSTANTS.length * 4)
  for (const [step, constant] of MD5_CONSTANTS.entries()) constants.fill(constant, step * 4, step * 4 + 4)
  // What a module exports has no type; these are the functions that were put into it above.
  return exports as DigestCode
}
