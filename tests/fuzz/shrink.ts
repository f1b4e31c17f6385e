import { replaced } from './mutate.ts'

/** Enough for a small input, and an end for a large one. */
const MOST_TRIES = 400

/** A smaller input that still `holds`: pieces are left out, large ones first. */
export async function shrunk(input: Buffer, holds: (smaller: Buffer) => Promise<boolean>): Promise<Buffer> {
  let result = input
  let tries = 0
  for (let size = input.length >> 1; size > 0; size >>= 1) {
    for (let start = 0; start < result.length && tries < MOST_TRIES; tries++) {
      const smaller = replaced(result, start, size, Buffer.alloc(0))
      if (await holds(smaller)) result = smaller
      else start += size
    }
  }
  return result
}
