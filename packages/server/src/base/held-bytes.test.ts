import { expect, it } from 'vitest'
import { heldBytes } from './held-bytes.ts'

it('grows with texts, bytes, and how many there are', () => {
  expect(heldBytes('x'.repeat(1000))).toBeGreaterThan(2000)
  expect(heldBytes(Buffer.alloc(5000))).toBeGreaterThan(5000)
  const tags = Array.from({ length: 50 }, (_, at) => [`key-${at}`, 'v'.repeat(256)] as const)
  expect(heldBytes({ tags })).toBeGreaterThan(50 * 2 * 256)
  expect(heldBytes(new Map(tags))).toBeGreaterThan(50 * 2 * 256)
  expect(heldBytes({ tags: [] })).toBeLessThan(1000)
})

it('counts what is there twice once, and ends where a value holds itself', () => {
  const large = Buffer.alloc(10_000)
  const self: Record<string, unknown> = { large, again: large }
  self['self'] = self
  expect(heldBytes(self)).toBeLessThan(11_000)
})

it('asks what is known of a value', () => {
  expect(
    heldBytes([{ sizeBytes: 7 }], (held) => ('sizeBytes' in held ? 1_000_000 : undefined)),
  ).toBeGreaterThan(1_000_000)
})
