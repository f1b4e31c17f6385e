import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Turns } from './turns.ts'

/** In which turn of the event loop each piece came. */
async function turnsOf(turns: Turns, weights: readonly number[]): Promise<number[]> {
  let turn = 0
  let isDone = false
  const count = (): void => {
    turn++
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  const came: number[] = []
  for (const weight of weights) {
    await turns.take(weight)
    came.push(turn)
  }
  isDone = true
  return came
}

it('has room for light pieces in one turn', async () => {
  expect(new Set(await turnsOf(new Turns(100), Array<number>(10).fill(10))).size).toBe(1)
})

it('gives a heavy piece a turn of its own', async () => {
  expect(new Set(await turnsOf(new Turns(100), Array<number>(10).fill(1000))).size).toBe(10)
})

it('spreads what is in between', async () => {
  expect(new Set(await turnsOf(new Turns(100), Array<number>(100).fill(20))).size).toBe(20)
})

it('lets all who work get on alike', async () => {
  const turns = new Turns(1)
  const order: string[] = []
  const work = async (name: string): Promise<void> => {
    for (let piece = 0; piece < 3; piece++) {
      await turns.take(1)
      order.push(name)
    }
  }
  await Promise.all([work('a'), work('b')])
  expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b'])
})

it('begins anew after a pause', async () => {
  const turns = new Turns(10)
  await turns.take(100)
  await nextTurn()
  await nextTurn()
  let came = false
  void turns.take(1).then(() => (came = true))
  await Promise.resolve()
  expect(came).toBe(true)
})
