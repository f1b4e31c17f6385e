import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FairGate, GateFull } from './fair-gate.ts'

/** Lets a party in so many times, as far as it gets; tells who has a place. */
function crowd(gate: FairGate) {
  const held: string[] = []
  const enter = (name: string, weight?: number): boolean => {
    const entering = gate.enter(name, weight)
    if (!(entering instanceof Promise)) return held.push(name) > 0
    void entering.then(() => held.push(name))
    return false
  }
  const leave = async (name: string): Promise<void> => {
    held.splice(held.indexOf(name), 1)
    gate.leave(name)
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
  }
  const count = (name: string): number => held.filter((one) => one === name).length
  return { held, enter, leave, count }
}

it('a party alone holds three quarters, and another is let in at once', () => {
  const { enter, count } = crowd(new FairGate(40, 1000))
  for (let at = 0; at < 100; at++) enter('flood')
  expect(count('flood')).toBe(30)
  expect([enter('quiet'), enter('quiet')]).toEqual([true, true])
})

it('places that are freed go to whoever holds the least, so that shares become even', async () => {
  const { enter, leave, count } = crowd(new FairGate(40, 1000))
  for (let at = 0; at < 300; at++) enter('flood')
  for (let at = 0; at < 300; at++) enter('other')
  expect(count('flood')).toBe(30)
  for (let at = 0; at < 30; at++) await leave('flood')
  expect(Math.abs(count('flood') - count('other'))).toBeLessThanOrEqual(1)
})

it('twice the weight is twice the share', async () => {
  const { enter, leave, count } = crowd(new FairGate(60, 10_000))
  for (let at = 0; at < 2000; at++) {
    enter('large', 2)
    enter('small')
  }
  for (let at = 0; at < 500; at++) await leave(at % 2 === 0 ? 'large' : 'small')
  expect(count('large') / count('small')).toBeCloseTo(2, 0)
})

it('too many who wait are refused, each party for itself', () => {
  const gate = new FairGate(4, 2)
  const { enter } = crowd(gate)
  const outcomes = [enter('flood'), enter('flood'), enter('flood'), enter('flood'), enter('flood')]
  expect(outcomes).toEqual([true, true, true, false, false])
  expect(() => gate.enter('flood')).toThrow(GateFull)
  expect(gate.counts).toEqual({ held: 3, waiting: 2 })
  expect(enter('quiet')).toBe(true)
})

it('one place is enough for anybody to get on', async () => {
  const { enter, leave, held } = crowd(new FairGate(1, 10))
  expect([enter('one'), enter('one'), enter('other')]).toEqual([true, false, false])
  await leave('one')
  await leave(held[0] ?? '')
  expect(held).toHaveLength(1)
})

it('never gives more places than there are, and all who wait get theirs in the end', async () => {
  const step = fc.record({ name: fc.constantFrom('a', 'b', 'c'), leaves: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 9 }),
      fc.array(step, { maxLength: 80 }),
      async (places, steps) => {
        const gate = new FairGate(places, 1000)
        const { held, enter, leave } = crowd(gate)
        let came = 0
        let left = 0
        for (const { name, leaves } of steps) {
          const [first] = held
          if (leaves && first !== undefined) {
            await leave(first)
            left++
          } else {
            enter(name)
            came++
          }
          expect(held.length).toBeLessThanOrEqual(places)
          expect(gate.counts.held).toBe(held.length)
        }
        for (let [first] = held; first !== undefined; [first] = held) {
          await leave(first)
          left++
        }
        expect(left).toBe(came)
        expect(gate.counts).toEqual({ held: 0, waiting: 0 })
      },
    ),
  )
})
