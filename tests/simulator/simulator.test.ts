import { describe, expect, it } from 'vitest'
import { tries } from '../support/sizes.ts'
import { planOf } from './plan.ts'
import { Register } from './register.ts'
import { simulate } from './simulation.ts'

/** Some; `node tests/simulator --seeds 1..10000` runs as many as there is time for. */
const SEEDS = Array.from({ length: tries(64) }, (_, index) => String(index + 1))

describe('nothing that was acknowledged is lost, nothing that was not is half there', () => {
  it.each(SEEDS)('seed %s', { timeout: 60_000 }, async (seed) => {
    const { problems, trace } = await simulate(planOf(seed))
    expect(problems, `node tests/simulator --seed ${seed} tells the ${trace.length} steps`).toEqual([])
  })
})

it(
  'the same seed gives the same trace, to the last byte; another gives another',
  { timeout: 60_000 },
  async () => {
    const first = await simulate(planOf('replayed'))
    const second = await simulate(planOf('replayed'))
    const other = await simulate(planOf('another'))
    expect(second.trace).toEqual(first.trace)
    expect(second.traceHash).toBe(first.traceHash)
    expect(other.traceHash).not.toBe(first.traceHash)
    expect(first.trace.length).toBeGreaterThan(300)
  },
)

describe('what a register may hold', () => {
  it('is what was acknowledged last, or what began before that was over', () => {
    const register = new Register('old')
    const first = register.begin('first', 1)
    const second = register.begin('second', 2)
    expect(register.candidates()).toEqual(new Set(['old', 'first', 'second']))
    register.acknowledge(first, 3)
    expect(register.candidates()).toEqual(new Set(['first', 'second']))
    const third = register.begin('third', 4)
    register.acknowledge(third, 5)
    // Nobody knows whether the second comes after the third.
    expect(register.candidates()).toEqual(new Set(['second', 'third']))
    register.refuse(second)
    expect(register.candidates()).toEqual(new Set(['third']))
  })

  it('no longer changes by what a process that died had begun', () => {
    const register = new Register('old')
    register.begin('lost', 1)
    register.closeAll(2)
    expect(register.candidates()).toEqual(new Set(['old', 'lost']))
    register.acknowledge(register.begin('new', 3), 4)
    expect(register.candidates()).toEqual(new Set(['new']))
  })
})
