import { counters, countersUsed } from './instrument.ts'

/** What one run took: each branch with a bit for how often, roughly. */
export interface Taken {
  readonly branches: readonly number[]
  /** How many branches were taken, all together: a measure of time that no busy machine disturbs. */
  readonly steps: number
}

/** Reads the counters and clears them. */
export function takeCounters(): Taken {
  const branches: number[] = []
  let steps = 0
  const used = countersUsed()
  for (let branch = 0; branch < used; branch++) {
    const count = counters[branch] ?? 0
    if (count === 0) continue
    counters[branch] = 0
    steps += count
    branches.push(branch * BITS + bitOf(count))
  }
  return { branches, steps }
}

const BITS = 8

/** 1, 2, 3, 4–7, 8–15, 16–31, 32–127, more: the classes of AFL. */
function bitOf(count: number): number {
  if (count < 4) return count - 1
  if (count < 32) return 29 - Math.clz32(count) + 2
  return count < 128 ? 6 : 7
}

/** All that was ever taken. */
export class Coverage {
  readonly #seen = new Set<number>()

  get size(): number {
    return this.#seen.size
  }

  /** What of it is new. */
  newIn({ branches }: Taken): number[] {
    return branches.filter((branch) => !this.#seen.has(branch))
  }

  add({ branches }: Pick<Taken, 'branches'>): void {
    for (const branch of branches) this.#seen.add(branch)
  }
}
