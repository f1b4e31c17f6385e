import { expect, it } from 'vitest'
import { Places } from './places.ts'

it('lets so many in at once, the others in their order, whatever becomes of those before', async () => {
  const places = new Places(2)
  const begun: number[] = []
  const ends = Array.from({ length: 5 }, () => Promise.withResolvers<number>())
  const works = ends.map(({ promise }, index) =>
    places.within(async () => {
      begun.push(index)
      return promise
    }),
  )
  expect(begun).toEqual([0, 1])
  ends[1]?.reject(new Error('no'))
  await expect(works[1]).rejects.toThrow('no')
  expect(begun).toEqual([0, 1, 2])
  for (const [index, end] of ends.entries()) end.resolve(index)
  expect(await Promise.all([works[0], ...works.slice(2)])).toEqual([0, 2, 3, 4])
  expect(begun).toEqual([0, 1, 2, 3, 4])
  expect(await places.within(async () => 'again')).toBe('again')
})
