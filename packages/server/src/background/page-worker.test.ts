import { describe, expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { StorageFault } from '../base/storage-fault.ts'
import { DamagedPages, NO_FINDINGS } from '../metadata/damaged-pages.ts'
import { PageWorker } from './page-worker.ts'

const DAY = 24 * 60 * 60 * 1000
/** The longest that a timer of Node can wait; a longer one is over at once. */
const MOST_MILLISECONDS = 2 ** 31 - 1

function worker(keys: readonly string[]) {
  const pages = new DamagedPages()
  const clock = new MovableClock(new Date('2026-01-01'))
  const looks: string[] = []
  let calls = 0
  pages.lookOnward = async (after) => {
    const at = after ? keys.indexOf(Buffer.from(after).toString()) + 1 : 0
    looks.push(after ? Buffer.from(after).toString() : '')
    const next = keys[at]
    return { ...NO_FINDINGS, next: next === undefined ? undefined : Buffer.from(next), bytesRead: 640_000 }
  }
  const { signal } = new AbortController()
  const page = new PageWorker({ pages, clock, everyMilliseconds: 30 * DAY, call: () => calls++ })
  return { page, pages, clock, looks, step: () => page.step(signal), calls: () => calls }
}

describe('PageWorker', () => {
  it('walks through everything once, at its rate, and again when that is due', async () => {
    const { page, clock, looks, step } = worker(['b', 'c'])
    await step()
    expect(page.restMilliseconds).toBe((640_000 / 24_000_000) * 1000)
    for (let turn = 0; turn < 5; turn++) await step()
    expect(looks).toEqual(['', 'b', 'c'])
    expect(page.restMilliseconds).toBeGreaterThan(60_000)
    expect(page.restMilliseconds).toBeLessThan(MOST_MILLISECONDS)
    clock.advance(30 * DAY)
    await step()
    expect(looks).toEqual(['', 'b', 'c', ''])
  })

  it('rests longer where a step took long', async () => {
    const { page, pages, clock, step } = worker(['b', 'c'])
    const look = pages.lookOnward
    pages.lookOnward = async (after) => {
      clock.advance(30)
      return (await look?.(after)) ?? { ...NO_FINDINGS, next: undefined, bytesRead: 0 }
    }
    await step()
    expect(page.restMilliseconds).toBe(180)
  })

  it('what is absent is believed as far as it has come', async () => {
    const { pages, step } = worker(['b', 'c'])
    pages.doubt()
    expect(pages.isLookedAt(Buffer.from('a'))).toBe(false)
    await step()
    expect(pages.isLookedAt(Buffer.from('a'))).toBe(true)
    expect(pages.isLookedAt(Buffer.from('b'))).toBe(false)
    await step()
    await step()
    expect(pages.isLookedAt(Buffer.from('z'))).toBe(true)
  })

  it('begins anew, faster, when a read came upon damage', async () => {
    const { page, pages, looks, step, calls } = worker(['b', 'c'])
    for (let turn = 0; turn < 3; turn++) await step()
    pages.onMet(new StorageFault('corrupt', 'a read'))
    pages.onMet(new StorageFault('corrupt', 'another'))
    expect(calls()).toBe(1)
    await step()
    expect(page.restMilliseconds).toBe(10)
    await step()
    expect(looks).toEqual(['', 'b', 'c', '', 'b'])
  })

  it('what leads to all pages being damaged, nothing is to be written', async () => {
    const { pages, step } = worker([])
    pages.lookOnward = () =>
      Promise.reject(new StorageFault('corrupt', 'data.mdb is not a data file of LMDB'))
    await step()
    const change = { expect: [], put: [], remove: [Buffer.from('a')] }
    expect(() => pages.assertWritable(change)).toThrow('data.mdb is not a data file')
  })
})
