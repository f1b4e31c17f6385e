import { expect, it } from 'vitest'
import { MovableClock } from '../../base/clock.ts'
import { RefusedKeys } from './refused-keys.ts'

const one = { bucketId: 'bucket', key: 'one' }
const other = { bucketId: 'bucket', key: 'other' }

const noneUnderWay = () => false

function refusedKeys() {
  const clock = new MovableClock()
  const keys = new RefusedKeys(clock)
  keys.beginPass()
  return { clock, keys }
}

it('holds up the key that was refused, for longer each time', () => {
  const { clock, keys } = refusedKeys()
  keys.refused(one)
  expect([keys.mayTry(one), keys.mayTry(other)]).toEqual([false, true])
  for (const seconds of [1, 2, 4]) {
    keys.beginPass()
    clock.advance(seconds * 1000 - 1)
    expect(keys.mayTry(one)).toBe(false)
    clock.advance(1)
    keys.beginPass()
    expect(keys.mayTry(one)).toBe(true)
    keys.refused(one)
  }
  keys.settled(one)
  keys.beginPass()
  expect(keys.mayTry(one)).toBe(true)
})

it('a pass that takes long tries no later event of a key that it left behind', () => {
  const { clock, keys } = refusedKeys()
  keys.refused(one)
  clock.advance(60_000)
  expect(keys.mayTry(one)).toBe(false)
  keys.beginPass()
  keys.refused(other)
  keys.beginPass()
  expect(keys.mayTry(other)).toBe(false)
  clock.advance(60_000)
  expect(keys.mayTry(other)).toBe(false)
})

it('forgets keys that have nothing left, and is full at a thousand', () => {
  const { keys } = refusedKeys()
  for (let at = 0; at < 999; at++) keys.refused({ bucketId: 'bucket', key: `${at}` })
  expect(keys.isFull).toBe(false)
  keys.refused(one)
  expect(keys.isFull).toBe(true)
  keys.endPass(noneUnderWay)
  expect(keys.isFull).toBe(true)
  keys.beginPass()
  expect(keys.mayTry(one)).toBe(false)
  keys.endPass(noneUnderWay)
  expect(keys.isFull).toBe(false)
  keys.beginPass()
  expect([keys.mayTry(one), keys.mayTry({ bucketId: 'bucket', key: '0' })]).toEqual([false, true])
})

it('keeps how long a key has to wait while its event is on its way, and tries no other of it in a pass that left it behind', () => {
  const { clock, keys } = refusedKeys()
  keys.refused(one)
  clock.advance(1000)
  keys.beginPass()
  expect(keys.mayTry(one)).toBe(true)
  keys.endPass((name) => name === 'bucket/one')
  keys.refused(one)
  clock.advance(1999)
  keys.beginPass()
  expect(keys.mayTry(one)).toBe(false)
  clock.advance(1)
  keys.beginPass()
  keys.leaveBehind(one)
  expect(keys.mayTry(one)).toBe(false)
})
