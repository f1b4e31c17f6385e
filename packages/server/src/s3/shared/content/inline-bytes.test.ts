import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WHOLE_VALUE_BYTES } from '../../../metadata/key-limits.ts'
import { openMemory } from '../../../metadata/engines/memory.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { inlineBytes } from '../../../metadata/tables/tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import {
  type InlineContent,
  inlinePieces,
  putInline,
  readInline,
  readManyInline,
  removeInline,
} from './inline-bytes.ts'

function contentOf(id: string, bytes: Uint8Array): InlineContent {
  const pieces = inlinePieces(bytes)
  return { kind: 'inline', id, ...(pieces > 1 && { pieces }) }
}

async function kept(store: OrderedStore): Promise<number[]> {
  const { start, end } = inlineBytes.range()
  const entries = await store.scan({ start, end, limit: 1000 })
  return entries.map(({ value }) => value.length)
}

const sizes = fc.oneof(
  fc.integer({ min: 0, max: 5 * WHOLE_VALUE_BYTES }),
  fc.constantFrom(1, 2, 3, 4).map((pieces) => pieces * WHOLE_VALUE_BYTES),
  fc.constantFrom(1, 2, 3, 4).map((pieces) => pieces * WHOLE_VALUE_BYTES + 1),
)

describe('inline bytes', () => {
  it('are read as they were put, alone and with others, and leave nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sizes, { minLength: 1, maxLength: 4 }), async (sizesBytes) => {
        await using store = openMemory()
        const all = sizesBytes.map((sizeBytes, index) => {
          const bytes = Buffer.alloc(sizeBytes, index + 1)
          return { bytes, content: contentOf(`c${index}`, bytes) }
        })
        await transact(store, async (transaction) => {
          for (const { bytes, content } of all) putInline(transaction, content, bytes)
        })
        expect(Math.max(...(await kept(store)))).toBeLessThanOrEqual(WHOLE_VALUE_BYTES + 16)
        for (const { bytes, content } of all)
          expect(bytes.equals((await readInline(store, content)) ?? Buffer.of())).toBe(true)
        const contents = all.map(({ content }) => content)
        const together = await readManyInline(store, contents)
        expect(together.map((read, index) => all[index]?.bytes.equals(read ?? Buffer.of()))).not.toContain(
          false,
        )
        await transact(store, async (transaction) => {
          for (const content of contents) removeInline(transaction, content)
        })
        expect(await kept(store)).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  it('of which a piece is missing are missing', async () => {
    await using store = openMemory()
    const bytes = Buffer.alloc(3 * WHOLE_VALUE_BYTES, 1)
    const content = contentOf('c', bytes)
    await transact(store, async (transaction) => putInline(transaction, content, bytes))
    for (const piece of [1, 2]) {
      await transact(store, async (transaction) => transaction.remove(inlineBytes, 'c', piece))
      expect(await readInline(store, content)).toBeUndefined()
      await transact(store, async (transaction) => putInline(transaction, content, bytes))
    }
  })
})
