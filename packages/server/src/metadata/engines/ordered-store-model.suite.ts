import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tries } from '../../../../../tests/support/sizes.ts'
import type { Entry, Expectation, OrderedStore } from '../ordered-store.ts'

// Few keys, so that changes meet; of one beginning and across the sign of a byte.
const key = fc.constantFrom(
  '\0',
  'a',
  'a\0',
  'aa',
  'ab',
  'b',
  'b\0a',
  'ba',
  'bab',
  'bb\u00ffa',
  'bb\u00ffab',
  '\u0080',
  '\u00ff',
  '\u00ffa\u00ff',
  '\u00ff\u00ff',
)
const value = fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom('x'.repeat(3000), 'y'.repeat(9000)))

interface CommitStep {
  readonly kind: 'commit'
  /** The keys that are expected, and whether as they are or as they once were. */
  readonly expect: readonly { readonly key: string; readonly age: number }[]
  readonly put: readonly (readonly [key: string, value: string])[]
  readonly remove: readonly string[]
}

interface ScanStep {
  readonly kind: 'scan'
  readonly start: string
  readonly end: string
  readonly limit: number
  readonly reverse: boolean
  /** Groups end with `a` behind so many bytes; not from the end down. */
  readonly groupsFrom: number | undefined
}

const commitStep: fc.Arbitrary<CommitStep> = fc.record({
  kind: fc.constant('commit' as const),
  expect: fc.array(fc.record({ key, age: fc.constantFrom(0, 0, 0, 1, 2) }), { maxLength: 3 }),
  put: fc.array(fc.tuple(key, value), { maxLength: 3 }),
  remove: fc.array(key, { maxLength: 2 }),
})

const bound = fc.oneof(key, fc.constantFrom('', '\u00ff\u00ff\u00ff', 'az'))
const scanStep: fc.Arbitrary<ScanStep> = fc.record({
  kind: fc.constant('scan' as const),
  start: bound,
  end: bound,
  limit: fc.nat(9),
  reverse: fc.boolean(),
  groupsFrom: fc.option(fc.nat(2), { nil: undefined }),
})

/** Random changes and scans give what a plain map of strings gives. */
export function testAgainstModel(open: () => Promise<OrderedStore>): void {
  test('does what a sorted map does', { timeout: 30_000 }, async () => {
    const steps = fc.array(fc.oneof(commitStep, scanStep), { minLength: 5, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(steps, async (steps) => {
        await using store = await open()
        const model = new Model(store)
        for (const step of steps) await (step.kind === 'commit' ? model.commit(step) : model.scan(step))
        expect(await model.stored()).toEqual(model.rows())
      }),
      { numRuns: tries(60) },
    )
  })
}

class Model {
  readonly #store: OrderedStore
  readonly #rows = new Map<string, string>()
  /** Every stamp a key has had, the newest first; absence among them. */
  readonly #stamps = new Map<string, (number | undefined)[]>()

  constructor(store: OrderedStore) {
    this.#store = store
  }

  async commit(step: CommitStep): Promise<void> {
    const expected = step.expect.map(({ key, age }): Expectation => ({
      key: bytes(key),
      stamp: this.#stamp(key, age),
    }))
    const holds = step.expect.every(({ key, age }) => this.#stamp(key, age) === this.#stamp(key, 0))
    const committed = await this.#store.commit({
      expect: expected,
      put: step.put.map(([key, value]) => ({ key: bytes(key), value: bytes(value) })),
      remove: step.remove.map(bytes),
    })
    same(committed, holds)
    if (holds) await this.#apply(step)
  }

  async scan({ start, end, limit, reverse, groupsFrom }: ScanStep): Promise<void> {
    const range = { start: bytes(start), end: bytes(end), limit }
    if (groupsFrom === undefined) {
      const found = await this.#store.scan({ ...range, reverse })
      const ordered = reverse ? this.#within(start, end).toReversed() : this.#within(start, end)
      same(
        found.map(read),
        ordered.slice(0, limit).map((name) => this.#entry(name)),
      )
      return
    }
    const found = await this.#store.scan({ ...range, grouping: { from: groupsFrom, mark: bytes('a') } })
    const groups = new Map<string, [string, string | undefined, number | undefined]>()
    for (const name of this.#within(start, end)) {
      const group = /^[^\0]*?a/s.exec(name.slice(groupsFrom))?.[0]
      const place = group === undefined ? `${name} alone` : name.slice(0, groupsFrom) + group
      if (!groups.has(place)) groups.set(place, group === undefined ? this.#entry(name) : [name, '', 0])
    }
    same(found.map(read), [...groups.values()].slice(0, limit))
  }

  #within(start: string, end: string): string[] {
    return [...this.#rows.keys()].filter((name) => name >= start && name < end).toSorted(byBytes)
  }

  #entry(name: string): [string, string | undefined, number | undefined] {
    return [name, this.#rows.get(name), this.#stamp(name, 0)]
  }

  /** What the store holds of every key that there ever was. */
  async stored(): Promise<unknown[]> {
    const names = [...this.#stamps.keys()]
    const entries = await this.#store.getMany(names.map(bytes))
    return names.map((name, index) => [name, entries[index] && read(entries[index])[1]])
  }

  rows(): unknown[] {
    return [...this.#stamps.keys()].map((name) => [name, this.#rows.get(name)])
  }

  async #apply(step: CommitStep): Promise<void> {
    for (const [key, value] of step.put) this.#rows.set(key, value)
    for (const key of step.remove) this.#rows.delete(key)
    for (const key of new Set([...step.put.map(([key]) => key), ...step.remove])) {
      const stamp = (await this.#store.get(bytes(key)))?.stamp
      const past = this.#stamps.get(key) ?? [undefined]
      same(stamp !== undefined && past.includes(stamp), false)
      this.#stamps.set(key, [stamp, ...past])
    }
  }

  #stamp(key: string, age: number): number | undefined {
    return this.#stamps.get(key)?.[age]
  }
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

function read({ key, value, stamp }: Entry): [string, string, number] {
  return [Buffer.from(key).toString('latin1'), Buffer.from(value).toString('latin1'), stamp]
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(bytes(a), bytes(b))
}

function same(actual: unknown, expected: unknown): void {
  expect(actual).toEqual(expected)
}
