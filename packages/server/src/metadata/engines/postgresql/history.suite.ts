import { type Random } from '../../../base/random.ts'
import type { OrderedStore } from '../../ordered-store.ts'

/** A commit that won: what it read, and what it left, by key. Every write says which commit it is of. */
interface Won {
  readonly id: string
  /** The id of the commit that wrote what it read; absent where nothing was there. */
  readonly reads: ReadonlyMap<string, string | undefined>
  /** What it wrote also counts among what it read. */
  readonly writes: ReadonlySet<string>
}

/** Commits of many writers that each rely on some rows, present or absent, and write or remove some of them. */
export class History {
  readonly #won: Won[] = []
  readonly #keys: readonly string[]
  readonly #random: Random
  #next = 0

  constructor(keys: readonly string[], random: Random) {
    this.#keys = keys
    this.#random = random
  }

  get length(): number {
    return this.#won.length
  }

  /** One attempt. A removal leaves nothing that could be read, so a removed key gets a row of its own commit again by the next. */
  async step(store: OrderedStore): Promise<void> {
    const id = `${this.#next++}`
    const names = this.#some(3)
    const entries = await store.getMany(names.map((name) => Buffer.from(name)))
    const written = names.slice(0, 1 + this.#below(2))
    const isCommitted = await store.commit({
      expect: names.map((name, index) => ({ key: Buffer.from(name), stamp: entries[index]?.stamp })),
      put: written.map((name) => ({ key: Buffer.from(name), value: Buffer.from(id) })),
      remove: [],
    })
    if (!isCommitted) return
    const reads = new Map(names.map((name, index) => [name, entries[index] && String(entries[index].value)]))
    this.#won.push({ id, reads, writes: new Set(written) })
  }

  /** Whether there is one order of all commits in which each read what the last one before it had written. */
  hasOneOrder(): boolean {
    const after = new Map<string, Set<string>>(this.#won.map(({ id }) => [id, new Set()]))
    const next = new Map<string, string>()
    for (const { id, reads, writes } of this.#won) {
      for (const name of writes) {
        const before = `${name}<${reads.get(name) ?? ''}`
        // Two that replaced the same row.
        if (next.has(before)) return false
        next.set(before, id)
      }
    }
    for (const { id, reads } of this.#won) {
      for (const [name, from] of reads) {
        if (from !== undefined) after.get(from)?.add(id)
        const replacedBy = next.get(`${name}<${from ?? ''}`)
        if (replacedBy !== undefined && replacedBy !== id) after.get(id)?.add(replacedBy)
      }
    }
    return ordered(after) === this.#won.length
  }

  #some(count: number): string[] {
    const names = new Set<string>()
    while (names.size < count) names.add(this.#keys[this.#below(this.#keys.length)] ?? '')
    return [...names]
  }

  #below(limit: number): number {
    return this.#random.bytes(4).readUInt32BE() % limit
  }
}

/** How many can be put in an order in which each comes before those after it. */
function ordered(after: ReadonlyMap<string, ReadonlySet<string>>): number {
  const waitsFor = new Map<string, number>()
  for (const later of after.values()) for (const id of later) waitsFor.set(id, (waitsFor.get(id) ?? 0) + 1)
  const free = [...after.keys()].filter((id) => !waitsFor.has(id))
  let count = 0
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    count++
    for (const later of after.get(id) ?? []) {
      const left = (waitsFor.get(later) ?? 0) - 1
      waitsFor.set(later, left)
      if (left === 0) free.push(later)
    }
  }
  return count
}
