import { assert } from '../../base/assert.ts'
import { type Soon } from '../../base/soon.ts'
import { type Random, systemRandom } from '../../base/random.ts'
import { justAfter } from '../just-after.ts'
import { keyText } from '../key-text.ts'
import { assertChange, assertKey, assertRange } from '../key-limits.ts'
import { groupBytes, groupEntry, pastGroup } from '../grouping.ts'
import type {
  Change,
  Entry,
  Expectation,
  OrderedStore,
  ScanRange,
  Snapshot,
  Stamp,
  Step,
} from '../ordered-store.ts'
import { freshStamp } from '../stamp.ts'
import { SortedMap } from './sorted-map.ts'

/** An ordered store that lives and ends with its object; for tests and throw-away servers. */
export function openMemory(options: { readonly random?: Random } = {}): OrderedStore {
  return new MemoryStore(options.random ?? systemRandom)
}

interface Stored {
  readonly value: Uint8Array
  readonly stamp: Stamp
  /** Which commit wrote it. */
  readonly commit: number
}

const NOTHING: Stored = { value: Buffer.alloc(0), stamp: 0, commit: 0 }

class MemoryStore implements OrderedStore {
  /** Keys as Latin-1, one character a byte: strings compare by it, faster than buffers do. */
  readonly #rows = new SortedMap<Stored>()
  readonly #random: Random
  #commits = 0
  #closed = false

  constructor(random: Random) {
    this.#random = random
  }

  get(key: Uint8Array): Soon<Entry | undefined> {
    try {
      this.#assertOpen()
      assertKey(key)
      return this.#entry(keyText(key))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async getMany(keys: readonly Uint8Array[]): Promise<(Entry | undefined)[]> {
    this.#assertOpen()
    for (const key of keys) assertKey(key)
    return keys.map((key) => this.#entry(keyText(key)))
  }

  async scan(range: ScanRange): Promise<Entry[]> {
    this.#assertOpen()
    assertRange(range)
    return this.#entries(range)
  }

  async scanMany(ranges: readonly ScanRange[]): Promise<Entry[][]> {
    this.#assertOpen()
    for (const range of ranges) assertRange(range)
    return ranges.map((range) => this.#entries(range))
  }

  async snapshot(): Promise<Snapshot> {
    this.#assertOpen()
    const rows = new SortedMap<Stored>()
    let count = 0
    for (const { name, value } of this.#rows.ascending('')) {
      rows.set(name, value)
      count++
    }
    return {
      async scan({ start, end, limit, keysOnly }) {
        const past = keyText(end)
        const found: Entry[] = []
        for (const { name, value } of rows.ascending(keyText(start))) {
          if (found.length === limit || name >= past) break
          found.push(entryOf(name, keysOnly ? NOTHING : value))
        }
        return found
      },
      changesSince: async (mark) => ({ rows: count, steps: stepsSince(rows, Number(mark)) }),
      async [Symbol.asyncDispose]() {},
    }
  }

  async mark(): Promise<string> {
    return String(this.#commits)
  }

  async commit(change: Change): Promise<boolean> {
    this.#assertOpen()
    assertChange(change)
    if (!change.expect.every((expectation) => this.#holds(expectation))) return false
    const stamp = freshStamp(this.#random)
    const commit = ++this.#commits
    for (const { key, value } of change.put)
      this.#rows.set(keyText(key), { value: copyOf(value), stamp, commit })
    for (const key of change.remove) this.#rows.delete(keyText(key))
    return true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
  }

  #assertOpen(): void {
    assert(!this.#closed, 'the store is closed')
  }

  #entries(range: ScanRange): Entry[] {
    const found: Entry[] = []
    let start: Uint8Array | undefined = range.start
    while (start) start = this.#take({ ...range, start }, found)
    return found
  }

  /** Appends what is found up to the first group; tells what is past that. */
  #take(range: ScanRange, found: Entry[]): Uint8Array | undefined {
    for (const { name, value } of this.#within(range)) {
      if (found.length === range.limit) break
      const entry = entryOf(name, value)
      const sizeBytes = range.grouping && groupBytes(entry.key, range.grouping)
      if (sizeBytes === undefined) found.push(entry)
      else {
        found.push(groupEntry(entry.key))
        return pastGroup(entry.key, sizeBytes)
      }
    }
    return undefined
  }

  *#within({ start, end, reverse }: ScanRange): Generator<{ readonly name: string; readonly value: Stored }> {
    const first = keyText(start)
    const past = keyText(end)
    for (const item of reverse ? this.#rows.descending(past) : this.#rows.ascending(first)) {
      if (reverse ? item.name < first : item.name >= past) return
      yield item
    }
  }

  #holds({ key, stamp }: Expectation): boolean {
    return this.#rows.get(keyText(key))?.stamp === stamp
  }

  #entry(name: string): Entry | undefined {
    const stored = this.#rows.get(name)
    return stored && entryOf(name, stored)
  }
}

async function* stepsSince(rows: SortedMap<Stored>, commit: number): AsyncGenerator<readonly Step[]> {
  for (const { name, value } of rows.ascending('')) {
    const entry = entryOf(name, value)
    const key = Buffer.from(entry.key)
    const keyAt = { bytes: key, start: 0, end: key.length }
    if (value.commit > commit) yield [{ kind: 'entries', entries: [{ ...entry, keyAt }] }]
    else yield [{ kind: 'same', start: key, end: Buffer.from(justAfter(key)) }]
  }
}

function entryOf(name: string, { value, stamp }: Stored): Entry {
  return { key: Buffer.from(name, 'latin1'), value: copyOf(value), stamp }
}

// What is stored and what is returned never share bytes with a caller.
function copyOf(value: Uint8Array): Buffer {
  return Buffer.from(value)
}
