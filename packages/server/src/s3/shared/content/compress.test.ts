import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { compressed, decompressRange, FRAME_BYTES } from './compress.ts'

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(Uint8Array.from(chunk))
  return Buffer.concat(chunks)
}

it('any range comes back as it was', async () => {
  const plain = Buffer.alloc(2 * FRAME_BYTES + 12_345)
  for (let at = 0; at < plain.length; at += 4)
    plain.writeUInt32LE((at / 7) >>> 0, Math.min(at, plain.length - 4))
  let size = 0
  const stored = await collect(compressed(pieces(plain, 70_001), (total) => (size = total)))
  expect(size).toBe(stored.length)
  expect(size).toBeLessThan(plain.length)
  const position = fc.oneof(
    fc.nat(plain.length),
    fc.constantFrom(0, FRAME_BYTES - 1, FRAME_BYTES, 2 * FRAME_BYTES),
  )
  const property = fc.asyncProperty(position, position, async (one, other) => {
    const range = { start: Math.min(one, other), end: Math.max(one, other) }
    const read = (span: { start: number; end: number }) => pieces(stored.subarray(span.start, span.end), 9999)
    const bytes = await collect(decompressRange(read, range, plain.length, stored.length))
    expect(bytes.equals(plain.subarray(range.start, range.end))).toBe(true)
  })
  await fc.assert(property, { numRuns: 60 })
})

it('opens what it reads before it gives any of it: another process may delete the rest', async () => {
  const plain = Buffer.alloc(5 * FRAME_BYTES, 'all alike ')
  let size = 0
  const stored = await collect(compressed(pieces(plain, 70_001), (total) => (size = total)))
  let reads = 0
  const read = (span: { start: number; end: number }) => {
    reads++
    return pieces(stored.subarray(span.start, span.end), 9)
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of decompressRange(read, { start: 1, end: plain.length - 1 }, plain.length, size)) {
    expect(reads).toBe(2)
    chunks.push(Uint8Array.from(chunk))
  }
  expect(Buffer.concat(chunks).equals(plain.subarray(1, -1))).toBe(true)
})

it.each([
  ['frames that end too soon', 10, undefined],
  ['an index of nothing', Infinity, Buffer.alloc(4)],
  ['an index of too much', Infinity, Buffer.alloc(4, 255)],
])('%s are corrupt', async (_, framesBytes, index) => {
  const plain = Buffer.alloc(1000, 'all alike ')
  const stored = await collect(compressed(pieces(plain, 100), () => {}))
  const read = ({ start, end }: { start: number; end: number }) =>
    start === 0
      ? pieces(stored.subarray(0, Math.min(end, framesBytes)), 9)
      : pieces(index ?? stored.subarray(-4), 9)
  const bytes = decompressRange(read, { start: 0, end: plain.length }, plain.length, stored.length)
  await expect(collect(bytes)).rejects.toThrow('cannot be read')
})
