import { expect, it } from 'vitest'
import { rowFault } from './row-fault.ts'
import { formatTable, inlineBytes, uncheckedInlineBytes } from './tables/tables.ts'

const bytes = Buffer.from('bytes of any kind')

it('a row is what was written where its frame says so, or where it has none', () => {
  const key = inlineBytes.key('id')
  expect(rowFault(key, inlineBytes.encode(key, bytes, 2))).toBeUndefined()
  expect(
    rowFault(formatTable.key(), formatTable.encode(formatTable.key(), { version: 2 }, 2)),
  ).toBeUndefined()
  // Small objects of format 1: nothing tells whether they are whole but the seal within.
  expect(rowFault(uncheckedInlineBytes.key('id'), bytes)).toBeUndefined()
})

it('a frame that is another, or at another key, and a key of no table are told', () => {
  const key = inlineBytes.key('id')
  const value = inlineBytes.encode(key, bytes, 2)
  expect(rowFault(inlineBytes.key('other'), value)?.message).toContain('checksum')
  expect(rowFault(key, bytes)?.message).toContain('unknown format')
  expect(rowFault(Buffer.of(0x11, 0xfd), value)?.message).toContain('nothing is written')
})
