import { keyText } from '../../key-text.ts'
import type { Change, Stamp } from '../../ordered-store.ts'

interface Written {
  readonly key: Uint8Array
  readonly value: Uint8Array
  readonly stamp: Stamp
}

/**
 * What comes of changes that are made one after the other, without a look at the server between them: each finds what those
 * before it left.
 */
export class GroupWrites {
  /** By key, as it is at first: absent where it is not named. */
  readonly #stamps: Map<string, Stamp | undefined>
  readonly #written = new Map<string, Written>()
  readonly #removed = new Map<string, Uint8Array>()

  constructor(stamps: Map<string, Stamp | undefined>) {
    this.#stamps = stamps
  }

  /** False where an expectation does not hold, and then nothing comes of it. */
  apply(change: Change, stamp: Stamp): boolean {
    const holds = change.expect.every(
      (expected) => this.#stamps.get(keyText(expected.key)) === expected.stamp,
    )
    if (!holds) return false
    for (const { key, value } of change.put) this.#put({ key, value, stamp })
    for (const key of change.remove) this.#remove(key)
    return true
  }

  get puts(): readonly Written[] {
    return [...this.#written.values()]
  }

  get removals(): readonly Uint8Array[] {
    return [...this.#removed.values()]
  }

  #put(written: Written): void {
    const name = keyText(written.key)
    this.#stamps.set(name, written.stamp)
    this.#removed.delete(name)
    this.#written.set(name, written)
  }

  #remove(key: Uint8Array): void {
    const name = keyText(key)
    this.#stamps.set(name, undefined)
    this.#written.delete(name)
    this.#removed.set(name, key)
  }
}
