import { setTimeout as sleep } from 'node:timers/promises'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { inOrder } from './in-order.ts'

it('tells the outcomes of all items before the first that threw, however long each takes', async () => {
  const item = fc.record({ takes: fc.nat({ max: 3 }), fails: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(
      fc.array(item, { maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (items, atOnce) => {
        let [under, most] = [0, 0]
        const { outcomes, trouble } = await inOrder(items, {
          atOnce,
          mayGoOn: () => true,
          run: async (each) => {
            most = Math.max(most, ++under)
            await sleep(each.takes)
            under--
            if (each.fails) throw new Error(String(items.indexOf(each)))
            return items.indexOf(each)
          },
        })
        const first = items.findIndex(({ fails }) => fails)
        expect(under).toBe(0)
        expect(most).toBeLessThanOrEqual(atOnce)
        expect(outcomes).toEqual(
          items.slice(0, first < 0 ? undefined : first).map((each) => items.indexOf(each)),
        )
        expect((trouble?.cause as Error | undefined)?.message).toBe(first < 0 ? undefined : String(first))
      },
    ),
    { numRuns: 60 },
  )
})

it('begins one, and no more where it may not go on', async () => {
  const { outcomes } = await inOrder(['a', 'b', 'c'], {
    atOnce: 2,
    mayGoOn: () => false,
    run: (each) => Promise.resolve(each),
  })
  expect(outcomes).toEqual(['a'])
})
