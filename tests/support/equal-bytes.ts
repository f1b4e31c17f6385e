import { expect } from 'vitest'

/** Vitest compares bytes one by one as if they were any objects, a second for 300 KiB. Those of two kinds are left to it. */
expect.addEqualityTesters([
  (one: unknown, other: unknown): boolean | undefined => {
    if (!(one instanceof Uint8Array) || !(other instanceof Uint8Array)) return undefined
    if (one.constructor !== other.constructor) return undefined
    return Buffer.compare(one, other) === 0
  },
])
