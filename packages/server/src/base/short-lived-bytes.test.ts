import { expect, it } from 'vitest'
import { shortLivedBytes } from './short-lived-bytes.ts'

it('gives no byte to two', () => {
  const sizes = [1, 4118, 4112, 0, 7, 32_785, 16_384, 16_385, 4096]
  const all = Array.from({ length: 100 }, (_, index) => shortLivedBytes(sizes[index % sizes.length] ?? 0))
  for (const [index, bytes] of all.entries()) bytes.fill(index)
  for (const [index, bytes] of all.entries()) {
    expect(bytes.length).toBe(sizes[index % sizes.length])
    expect(bytes.every((byte) => byte === index)).toBe(true)
  }
})

it('gives large ones memory of their own', () => {
  expect(shortLivedBytes(100_000).buffer.byteLength).toBe(100_000)
})
