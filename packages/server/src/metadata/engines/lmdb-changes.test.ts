import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../base/seeded-random.ts'
import { ALL_KEYS } from '../key-limits.ts'
import type { Entry, OrderedStore, Put, Step } from '../ordered-store.ts'
import { openLmdb } from './lmdb.ts'
import { temporaryFolder } from './temporary-folder.suite.ts'

type Random = ReturnType<typeof seededRandom>

function keyOf(number: number): Buffer {
  const key = Buffer.alloc(5, 1)
  key.writeUInt32BE(number, 1)
  return key
}

function numberBelow(random: Random, end: number): number {
  return random.bytes(4).readUInt32LE() % end
}

async function fill(store: OrderedStore, random: Random, rows: number): Promise<void> {
  for (let at = 0; at < rows; at += 500) {
    const put = Array.from({ length: Math.min(500, rows - at) }, (_, index) => ({
      key: keyOf(at + index),
      value: random.bytes(100),
    }))
    await store.commit({ expect: [], put, remove: [] })
  }
}

/** A few rows here and there; now and then a whole range goes, or values come that fill pages of their own. */
async function change(store: OrderedStore, random: Random, rows: number): Promise<void> {
  const what = numberBelow(random, 10)
  const from = numberBelow(random, rows)
  const some = Array.from({ length: 1 + numberBelow(random, 20) }, () => numberBelow(random, rows))
  const large = what === 0 ? 30_000 : 60
  const put = what < 7 ? some.map((number) => ({ key: keyOf(number), value: random.bytes(large) })) : []
  const gone = what < 9 ? some.slice(5).map((number) => number + 1) : range(from, from + rows / 8)
  const kept = new Set(put.map(({ key }) => key.readUInt32BE(1)))
  await store.commit({ expect: [], put, remove: gone.filter((number) => !kept.has(number)).map(keyOf) })
}

function range(start: number, end: number): number[] {
  return Array.from({ length: Math.ceil(end - start) }, (_, index) => start + index)
}

function longKey(number: number): Buffer {
  const key = Buffer.alloc(900, 1)
  key.writeUInt32BE(number, 896)
  return key
}

/** Rows side by side go, in one commit or one by one, or come. */
async function changeRanges(
  store: OrderedStore,
  random: Random,
  rows: number,
  put: (number: number) => Put,
): Promise<void> {
  const from = numberBelow(random, rows)
  const count = numberBelow(random, 3) === 0 ? numberBelow(random, rows / 2) : numberBelow(random, 40)
  const what = numberBelow(random, 4)
  const some = range(from, from + count)
  if (what === 0)
    for (const number of some.slice(0, 60))
      await store.commit({ expect: [], put: [], remove: [longKey(number)] })
  else if (what === 1) await store.commit({ expect: [], put: [], remove: some.map(longKey) })
  else if (what === 2) await store.commit({ expect: [], put: some.map(put), remove: [] })
  else {
    const strewn = Array.from({ length: numberBelow(random, 20) }, () => put(numberBelow(random, rows)))
    await store.commit({ expect: [], put: strewn, remove: [] })
  }
}

function rowText({ key, value, stamp }: Entry): string {
  return `${Buffer.from(key).toString('hex')} ${stamp} ${crc32(value)}`
}

async function allOf(store: Pick<OrderedStore, 'scan'>): Promise<Entry[]> {
  return store.scan({ ...ALL_KEYS, limit: 1_000_000 })
}

/** What the steps make of what was there. */
function applied(old: readonly Entry[], steps: readonly Step[]): string[] {
  return steps.flatMap((step) => {
    if (step.kind === 'entries') return step.entries.map(rowText)
    const isSame = ({ key }: Entry): boolean => step.start.compare(key) <= 0 && step.end.compare(key) > 0
    return old.filter(isSame).map(rowText)
  })
}

/** Bytes are valid for a while only. */
function copyOf(step: Step): Step {
  if (step.kind === 'same') return { ...step, start: Buffer.from(step.start), end: Buffer.from(step.end) }
  const copied = step.entries.map(({ key, value, stamp, keyAt: { bytes, start, end } }) => ({
    key: Buffer.from(key),
    value: Buffer.from(value),
    stamp,
    keyAt: { bytes: Buffer.from(bytes).subarray(start, end), start: 0, end: end - start },
  }))
  return { ...step, entries: copied }
}

async function stepsSince(store: OrderedStore, mark: string) {
  await using snapshot = await store.snapshot()
  const changes = await snapshot.changesSince?.(mark)
  if (!changes) return undefined
  const steps: Step[] = []
  for await (const some of changes.steps) steps.push(...some.map(copyOf))
  return { rows: changes.rows, steps }
}

describe('changesSince', () => {
  it('makes of what was there what is there, whatever came between', { timeout: 60_000 }, async () => {
    const ROWS = 8000
    const random = seededRandom('changes')
    const path = await temporaryFolder()
    let store = await openLmdb({ path })
    await fill(store, random, ROWS)
    let sameSteps = 0
    for (let round = 0; round < 30; round++) {
      const mark = (await store.mark?.()) ?? ''
      if (round % 3 === 0) await change(store, random, ROWS)
      const old = await allOf(store)
      for (let count = numberBelow(random, 12); count >= 0; count--) await change(store, random, ROWS)
      // Numbers of transactions go on.
      if (round % 20 === 19) {
        await store[Symbol.asyncDispose]()
        store = await openLmdb({ path })
      }
      if (round === 15) await fill(store, random, ROWS)
      const found = await stepsSince(store, mark)
      const now = await allOf(store)
      expect(found?.rows).toBe(now.length)
      expect(applied(old, found?.steps ?? []).join('\n')).toBe(now.map(rowText).join('\n'))
      sameSteps += found?.steps.filter(({ kind }) => kind === 'same').length ?? 0
    }
    expect(sameSteps).toBeGreaterThan(200)
    await store[Symbol.asyncDispose]()
  })

  /** What leads to a page that did not change moves as well, where keys are so long that few fit into a page that leads to others. */
  it('also where the pages that lead to others are merged and split', { timeout: 60_000 }, async () => {
    const random = seededRandom('s27')
    const rows = 2 * (200 + numberBelow(random, 3000))
    const put = (number: number) => ({
      key: longKey(number),
      value: random.bytes(1 + numberBelow(random, 2500)),
    })
    await using store = await openLmdb({ path: await temporaryFolder() })
    for (let at = 0; at < rows; at += 600) {
      const some = range(0, Math.min(600, rows - at) / 2).map((number) => put(at + 2 * number))
      await store.commit({ expect: [], put: some, remove: [] })
    }
    for (let round = 0; round < 25; round++) {
      const mark = (await store.mark?.()) ?? ''
      const old = await allOf(store)
      for (let count = numberBelow(random, 4); count >= 0; count--)
        await changeRanges(store, random, rows, put)
      const found = await stepsSince(store, mark)
      const now = await allOf(store)
      expect(found?.rows).toBe(now.length)
      expect(applied(old, found?.steps ?? []).join('\n') === now.map(rowText).join('\n')).toBe(true)
    }
  })

  it('tells that all is gone, and that all but one subtree is', async () => {
    const random = seededRandom('gone')
    await using store = await openLmdb({ path: await temporaryFolder() })
    await fill(store, random, 9000)
    const old = await allOf(store)
    const mark = (await store.mark?.()) ?? ''
    await store.commit({ expect: [], put: [], remove: range(300, 9000).map(keyOf) })
    const left = await stepsSince(store, mark)
    expect(applied(old, left?.steps ?? [])).toEqual((await allOf(store)).map(rowText))
    await store.commit({ expect: [], put: [], remove: range(0, 300).map(keyOf) })
    expect(await stepsSince(store, mark)).toEqual({ rows: 0, steps: [] })
  })

  it('says nothing of a mark of another file, or of a transaction to come', async () => {
    const [one, other] = [await temporaryFolder(), await temporaryFolder()]
    await using store = await openLmdb({ path: one })
    await using copy = await openLmdb({ path: other })
    for (const each of [store, copy]) await fill(each, seededRandom('two'), 10)
    const mark = (await store.mark?.()) ?? ''
    expect(await stepsSince(store, mark)).toBeDefined()
    expect(await stepsSince(copy, mark)).toBeUndefined()
    const later = JSON.stringify({ ...(JSON.parse(mark) as object), transaction: '999999' })
    expect(await stepsSince(store, later)).toBeUndefined()
  })
})
