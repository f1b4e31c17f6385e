import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RowsByKey } from './rows-by-key.ts'

const key = fc.integer({ min: 0, max: 40 }).map((number) => Buffer.from(`key ${number}`))
const step = fc.oneof(
  fc.record({ do: fc.constant('set' as const), key, row: fc.nat() }),
  fc.record({ do: fc.constant('delete' as const), key, row: fc.constant(0) }),
)

test('rows are found, replaced and let go of as in a map, few and many', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const rows = new RowsByKey<number>()
      const model = new Map<string, number>()
      for (const { do: what, key, row } of steps) {
        if (what === 'set') {
          rows.set(key, row)
          model.set(String(key), row)
        } else {
          rows.delete(key)
          model.delete(String(key))
        }
        expect(rows.size).toBe(model.size)
        expect(rows.get(key)).toBe(model.get(String(key)))
        expect(rows.has(key)).toBe(model.has(String(key)))
      }
      expect(rows.rows()).toEqual([...model.values()])
      const [first] = model.keys()
      expect(rows.findKey(() => true)?.toString()).toBe(first)
    }),
  )
})
