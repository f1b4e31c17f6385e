import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import type { Soon } from '../base/soon.ts'
import { Allowance } from './allowance.ts'
import { type Lender, type Rate, RateLedger } from './rate-ledger.ts'
import { Throttle } from './throttle.ts'

const START = new Date('2026-11-01')

function setting(rate: Rate) {
  const clock = new MovableClock(START)
  const ledger = new RateLedger(clock)
  const far: Lender = { lease: async (...asked) => ledger.lease(...asked) }
  const allowance = (lender: Lender = ledger) => new Allowance({ name: 'x', rate, lender, clock })
  return { clock, ledger, far, allowance }
}

describe('RateLedger', () => {
  it('lends the burst, then what comes back with time', () => {
    const rate = { perSecond: 10, burst: 20 }
    const { clock, ledger } = setting(rate)
    expect(ledger.lease('x', rate, 30)).toEqual({ granted: 20, waitMilliseconds: 0 })
    expect(ledger.lease('x', rate, 1)).toEqual({ granted: 0, waitMilliseconds: 100 })
    expect(ledger.lease('y', rate, 1)).toEqual({ granted: 1, waitMilliseconds: 0 })
    clock.advance(250)
    expect(ledger.lease('x', rate, 9)).toEqual({ granted: 2, waitMilliseconds: 0 })
    expect(ledger.lease('x', rate, 9)).toEqual({ granted: 0, waitMilliseconds: 50 })
    clock.advance(3_600_000)
    expect(ledger.lease('x', rate, 99)).toEqual({ granted: 20, waitMilliseconds: 0 })
  })

  it('never lends more than the burst and what time brings, whoever asks for what, and when', () => {
    const step = fc.record({ milliseconds: fc.nat(500), wanted: fc.integer({ min: 1, max: 50 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const rate = { perSecond: 7, burst: 11 }
        const { clock, ledger } = setting(rate)
        let granted = 0
        let passed = 0
        for (const { milliseconds, wanted } of steps) {
          clock.advance(milliseconds)
          passed += milliseconds
          granted += ledger.lease('x', rate, wanted).granted
          expect(granted).toBeLessThanOrEqual(11 + (passed / 1000) * 7 + 1e-6)
        }
      }),
    )
  })

  it('lends nothing more where the time is set back', () => {
    const rate = { perSecond: 10, burst: 10 }
    const { clock, ledger } = setting(rate)
    ledger.lease('x', rate, 10)
    clock.set(new Date(START.getTime() - 86_400_000))
    expect(ledger.lease('x', rate, 1).granted).toBe(0)
    clock.advance(100)
    expect(ledger.lease('x', rate, 1).granted).toBe(1)
  })

  it('forgets those who were not heard of for long, and no others', () => {
    const rate = { perSecond: 0.001, burst: 1 }
    const { ledger } = setting(rate)
    ledger.lease('busy', rate, 1)
    let granted = 0
    for (let at = 0; at < 10_000; at++) {
      ledger.lease(`stranger ${at}`, rate, 1)
      granted += ledger.lease('busy', rate, 1).granted
    }
    expect(granted).toBe(0)
    expect(ledger.lease('stranger 0', rate, 1).granted).toBe(1)
  })
})

describe('Allowance', () => {
  it('beside the ledger takes what there is, and tells when there is more', () => {
    const { clock, allowance } = setting({ perSecond: 2, burst: 3 })
    const one = allowance()
    expect([one.take(1), one.take(1), one.take(1)]).toEqual([0, 0, 0])
    expect(one.take(1)).toBe(500)
    clock.advance(200)
    expect(one.take(1)).toBe(300)
    clock.advance(300)
    expect([one.take(1), one.take(1)]).toEqual([0, 500])
  })

  it.each([1, 3])('%i far ones together take no more than there is, and all of it', async (count) => {
    const rate = { perSecond: 100, burst: 100 }
    const { clock, far, allowance } = setting(rate)
    const all = Array.from({ length: count }, () => allowance(far))
    let taken = 0
    for (let tick = 0; tick < 100; tick++) {
      for (const one of all) {
        const outcomes = await Promise.all(Array.from({ length: 12 }, async () => one.take(1)))
        taken += outcomes.filter((wait) => wait === 0).length
      }
      clock.advance(50)
    }
    // Five seconds, and the burst.
    expect(taken).toBeLessThanOrEqual(600)
    expect(taken).toBeGreaterThan(540)
  })

  it('who is quiet keeps nothing from others', async () => {
    const { clock, far, allowance } = setting({ perSecond: 10, burst: 10 })
    const [quiet, busy] = [allowance(far), allowance(far)]
    expect(await quiet.take(1)).toBe(0)
    clock.advance(1000)
    const outcomes: number[] = []
    for (let at = 0; at < 12; at++) outcomes.push(await busy.take(1))
    expect(outcomes.filter((wait) => wait === 0)).toHaveLength(10)
  })

  it('asks once for all who wait', async () => {
    const rate = { perSecond: 1, burst: 1 }
    const { ledger, allowance } = setting(rate)
    let asked = 0
    const far: Lender = {
      async lease(...question) {
        asked++
        return ledger.lease(...question)
      },
    }
    const one = allowance(far)
    const outcomes = await Promise.all(Array.from({ length: 50 }, async () => one.take(1)))
    expect(outcomes.filter((wait) => wait === 0)).toHaveLength(1)
    expect(asked).toBe(2)
  })
})

describe('Throttle', () => {
  const KIB = 1024

  async function passed(promises: readonly Soon<void>[]): Promise<number[]> {
    const at: number[] = []
    for (const [index, promise] of promises.entries())
      void Promise.resolve(promise).then(() => at.push(index))
    for (let turn = 0; turn < 50; turn++) await Promise.resolve()
    return at
  }

  it.each(['near', 'far'] as const)(
    'lets the burst pass, then as much as time brings, in order (%s)',
    async (where) => {
      const { clock, far, ledger, allowance } = setting({ perSecond: 64 * KIB, burst: 64 * KIB })
      const throttle = new Throttle(allowance(where === 'far' ? far : ledger), clock)
      const all = Array.from({ length: 4 }, () => throttle.pass(32 * KIB))
      const seen = await passed(all)
      expect(seen).toEqual([0, 1])
      for (let step = 0; step < 10; step++) {
        clock.advance(50)
        for (let turn = 0; turn < 50; turn++) await Promise.resolve()
      }
      expect(seen).toEqual([0, 1, 2])
      for (let step = 0; step < 10; step++) {
        clock.advance(50)
        for (let turn = 0; turn < 50; turn++) await Promise.resolve()
      }
      expect(seen).toEqual([0, 1, 2, 3])
      expect(throttle.waitedMilliseconds).toBeGreaterThan(900)
    },
  )

  it('holds nothing up that may pass, and lets nothing pass before what waits', async () => {
    const { clock, allowance } = setting({ perSecond: 1000, burst: 100 })
    const throttle = new Throttle(allowance(), clock)
    expect([throttle.pass(60), throttle.pass(0), throttle.pass(40)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    const [large, small] = [throttle.pass(90), throttle.pass(1)]
    expect(small).toBeInstanceOf(Promise)
    const seen = await passed([large, small])
    for (let milliseconds = 0; milliseconds < 150; milliseconds += 10) {
      clock.advance(10)
      for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    }
    expect(seen).toEqual([0, 1])
    expect(throttle.pass(1)).toBeUndefined()
  })

  it('lets more pass than the burst is, in pieces', async () => {
    const { clock, allowance } = setting({ perSecond: 1000, burst: 100 })
    const throttle = new Throttle(allowance(), clock)
    let isOver = false
    void Promise.resolve(throttle.pass(1100)).then(() => (isOver = true))
    for (let milliseconds = 0; milliseconds < 990; milliseconds += 10) {
      clock.advance(10)
      for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    }
    expect(isOver).toBe(false)
    for (let step = 0; step < 10; step++) {
      clock.advance(10)
      for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    }
    expect(isOver).toBe(true)
  })
})
