import { expect, it } from 'vitest'
import { MovableClock } from '../../../base/clock.ts'
import { systemRandom as random } from '../../../base/random.ts'
import { ContentIds, isSorted } from './content-ids.ts'

it('sort in the order they were made, also where the clock is set back, and no two processes share one', () => {
  const clock = new MovableClock(new Date('2026-01-01'))
  const [one, other] = [new ContentIds({ clock, random }), new ContentIds({ clock, random })]
  const ids = Array.from({ length: 1000 }, (_, index) => {
    clock.set(new Date(Date.UTC(2026, 0, 1) + (index % 7) * 3))
    return one.next()
  })
  expect(ids.toSorted()).toEqual(ids)
  expect(ids.every((id) => isSorted(id) && Buffer.from(id, 'base64url').toString('base64url') === id)).toBe(
    true,
  )
  expect(new Set([...ids, ...Array.from({ length: 1000 }, () => other.next())]).size).toBe(2000)
})
