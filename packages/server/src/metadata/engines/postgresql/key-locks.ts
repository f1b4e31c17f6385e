import type { Change } from '../../ordered-store.ts'

/**
 * Every commit shares it; one that would hold more locks than a server gives to each has it alone, and no others. In the order of
 * locks it is the first.
 */
const GATE = 0

/** One change's, or a group's: by numbers as the statement takes them, in the order in which everybody takes them. */
export class KeyLocks {
  readonly #writes = new Map<number, boolean>()

  add({ expect, put, remove }: Change): void {
    for (const { key } of expect) this.#add(key, false)
    for (const { key } of put) this.#add(key, true)
    for (const key of remove) this.#add(key, true)
  }

  get count(): number {
    return this.#writes.size
  }

  /** At the most, with another change. */
  countWith({ expect, put, remove }: Change): number {
    return this.count + expect.length + put.length + remove.length
  }

  /** Locks that two keys share by chance make commits wait for each other, no more. */
  ordered(): number[] {
    const ids = [...this.#writes].toSorted(([one], [other]) => one - other)
    return [2 * GATE, ...ids.map(([id, isWritten]) => 2 * id + Number(isWritten))]
  }

  #add(key: Uint8Array, isWritten: boolean): void {
    const id = lockId(key)
    this.#writes.set(id, isWritten || this.#writes.get(id) === true)
  }
}

/** The gate for one alone. */
export const ALONE: readonly number[] = [2 * GATE + 1]

/** 52 bits, never 0: two 32-bit FNV-1a hashes with different primes, mixed as MurmurHash3 ends. */
export function lockId(key: Uint8Array): number {
  let high = 0x811c9dc5
  let low = 0x9747b28c
  for (const byte of key) {
    high = Math.imul(high ^ byte, 0x01000193)
    low = Math.imul(low ^ byte, 0x5bd1e995)
  }
  return (mixed(high) >>> 12) * 2 ** 32 + (mixed(low) || 1)
}

function mixed(hash: number): number {
  let bits = hash
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
