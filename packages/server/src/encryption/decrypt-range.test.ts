import { createCipheriv, hash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decryptRange, openWhole } from './decrypt-range.ts'
import { encrypt, sealWhole } from './encrypt.ts'
import { CHUNK_BYTES, type ByteSpan, LARGE_CHUNK_BYTES, sealedSize, TAG_BYTES } from './sealed-size.ts'

const key = hash('sha256', 'a key', 'buffer')
const otherKey = hash('sha256', 'another key', 'buffer')
const SEALED_CHUNK = CHUNK_BYTES + TAG_BYTES

function contentOf(sizeBytes: number): Buffer {
  const cipher = createCipheriv('aes-256-ctr', otherKey, Buffer.alloc(16))
  return cipher.update(Buffer.alloc(sizeBytes))
}

async function* inPieces(bytes: Uint8Array, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += sizeBytes) yield bytes.subarray(start, start + sizeBytes)
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(Uint8Array.from(chunk))
  return Buffer.concat(chunks)
}

function openRange(sealed: Uint8Array, range: ByteSpan, plainBytes: number, pieceBytes = 100_000) {
  const read = ({ start, end }: ByteSpan) => inPieces(sealed.subarray(start, end), pieceBytes)
  return collect(decryptRange(read, key, range, plainBytes))
}

describe('the framing', () => {
  it('is that of docs/format.md, done by hand', () => {
    const plain = contentOf(CHUNK_BYTES + 10)
    const byHand = [0, 1].flatMap((index) => {
      const nonce = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, index, index])
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const part = plain.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)
      return [cipher.update(part), cipher.final(), cipher.getAuthTag()]
    })
    expect(sealWhole(plain, key).equals(Buffer.concat(byHand))).toBe(true)
  })

  it('keeps its known answers', () => {
    const zeroKey = Buffer.alloc(32)
    const known = (sizeBytes: number) => hash('sha256', sealWhole(contentOf(sizeBytes), zeroKey), 'hex')
    expect(sealWhole(Buffer.alloc(0), zeroKey).toString('hex')).toMatchInlineSnapshot(
      `"8486364fc8409762f6e6232b65376b97"`,
    )
    expect(sealWhole(Buffer.from('holdfast'), zeroKey).toString('hex')).toMatchInlineSnapshot(
      `"41ae4846921714a890c7219a0d6207efeae736f8397bf9de"`,
    )
    expect(known(CHUNK_BYTES)).toMatchInlineSnapshot(
      `"c6d17766d9d19bf16b21217b369bf5036f8e01c4cf3b91c12842b7469bda38d0"`,
    )
    expect(known(3 * CHUNK_BYTES + 1)).toMatchInlineSnapshot(
      `"be18a5e99b4fbd5ed3b0eecaa85bc3c6048ba3fdcdaed94166dbcc541276771d"`,
    )
  })

  it.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])(
    'says beforehand how large %i bytes become',
    async (sizeBytes) => {
      const plain = contentOf(sizeBytes)
      const sealed = await collect(encrypt(inPieces(plain, 10_007), key))
      expect(sealed.length).toBe(sealedSize(sizeBytes))
      expect(sealed.equals(sealWhole(plain, key))).toBe(true)
      expect(openWhole(sealed, key, sizeBytes).equals(plain)).toBe(true)
    },
  )
})

describe('a stream whose length is known', () => {
  it.each([CHUNK_BYTES, LARGE_CHUNK_BYTES])(
    'is sealed in chunks of %i bytes as one of unknown length',
    async (chunkBytes) => {
      const sizes = fc.oneof(
        fc.nat(3 * chunkBytes),
        fc.nat(3).map((chunks) => chunks * chunkBytes),
      )
      await fc.assert(
        fc.asyncProperty(sizes, fc.integer({ min: 1000, max: 600_000 }), async (plainBytes, pieceBytes) => {
          const plain = contentOf(plainBytes)
          const known = encrypt(inPieces(plain, pieceBytes), key, { chunkBytes, plainBytes })
          const unknown = encrypt(inPieces(plain, pieceBytes), key, { chunkBytes })
          const sealed = await collect(known)
          expect(sealed.length).toBe(sealedSize(plainBytes, chunkBytes))
          expect(sealed.equals(await collect(unknown))).toBe(true)
          expect(openWhole(sealed, key, plainBytes, chunkBytes).equals(plain)).toBe(true)
        }),
        { numRuns: 20 },
      )
    },
  )

  it.each([9, 11])('is not sealed when it has %i bytes instead of 10', async (sizeBytes) => {
    const chunking = { chunkBytes: CHUNK_BYTES, plainBytes: 10 }
    const sealing = collect(encrypt(inPieces(contentOf(sizeBytes), 4), key, chunking))
    await expect(sealing).rejects.toThrow('a stream is')
  })
})

it('large chunks give a range of up to 1 MiB for 1.26 MiB, and any for two chunks more than it has', async () => {
  const MIB = 1024 ** 2
  const plain = contentOf(9 * LARGE_CHUNK_BYTES + 123)
  const chunking = { chunkBytes: LARGE_CHUNK_BYTES, plainBytes: plain.length }
  const sealed = await collect(encrypt(inPieces(plain, 65_000), key, chunking))
  const property = async (start: number, length: number, pieceBytes: number) => {
    let readBytes = 0
    const read = ({ start: from, end }: ByteSpan) => {
      readBytes += end - from
      return inPieces(sealed.subarray(from, end), pieceBytes)
    }
    const range = { start, end: Math.min(plain.length, start + length) }
    const opened = await collect(decryptRange(read, key, range, plain.length, LARGE_CHUNK_BYTES))
    expect(opened.equals(plain.subarray(range.start, range.end))).toBe(true)
    const most = length <= MIB ? 1.26 * MIB : length + 0.51 * MIB
    expect(readBytes).toBeLessThanOrEqual(most)
  }
  const pieces = fc.oneof(
    fc.integer({ min: 1000, max: 800_000 }),
    fc.constant(2 * (LARGE_CHUNK_BYTES + TAG_BYTES)),
  )
  const lengths = fc.oneof(fc.nat(1024 ** 2), fc.nat(plain.length))
  await fc.assert(fc.asyncProperty(fc.nat(plain.length), lengths, pieces, property), { numRuns: 60 })
})

describe('a range', () => {
  const plain = contentOf(5 * CHUNK_BYTES + 123)
  const sealed = sealWhole(plain, key)

  it('gives those bytes, however the sealed ones arrive', async () => {
    const offset = fc.oneof(
      fc.nat(plain.length),
      fc.nat(5).map((chunk) => chunk * CHUNK_BYTES),
    )
    await fc.assert(
      fc.asyncProperty(offset, offset, fc.integer({ min: 1000, max: 800_000 }), async (one, other, piece) => {
        const range = { start: Math.min(one, other), end: Math.max(one, other) }
        const opened = await openRange(sealed, range, plain.length, piece)
        expect(opened.equals(plain.subarray(range.start, range.end))).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('opens when its sealed bytes come in crumbs', async () => {
    const opened = await openRange(sealed, { start: CHUNK_BYTES - 2, end: CHUNK_BYTES + 2 }, plain.length, 7)
    expect(opened.equals(plain.subarray(CHUNK_BYTES - 2, CHUNK_BYTES + 2))).toBe(true)
  })

  it('of 1 MiB in 10 GiB reads no more than 1.2 MiB', async () => {
    const plainBytes = 10 * 1024 ** 3
    const start = 7 * 1024 ** 3 + 12_345
    let readBytes = 0
    const read = ({ start, end }: ByteSpan) => {
      readBytes = end - start
      return inPieces(Buffer.alloc(0), 1)
    }
    const opening = collect(decryptRange(read, key, { start, end: start + 1024 ** 2 }, plainBytes))
    await expect(opening).rejects.toMatchObject({ kind: 'corrupt' })
    expect(readBytes).toBe(17 * SEALED_CHUNK)
  })

  it('that is empty reads nothing', async () => {
    const read = (): never => expect.unreachable()
    expect(await collect(decryptRange(read, key, { start: 5, end: 5 }, 10))).toHaveLength(0)
  })
})

describe('sealed bytes that were tampered with', () => {
  const plain = contentOf(3 * CHUNK_BYTES + 50)
  const sealed = sealWhole(plain, key)
  const chunk = (index: number) => sealed.subarray(index * SEALED_CHUNK, (index + 1) * SEALED_CHUNK)

  /** What was read until it failed, which must be a beginning of the plaintext. */
  async function readTampered(bytes: Uint8Array, plainBytes = plain.length): Promise<number> {
    const read = ({ start, end }: ByteSpan) => inPieces(bytes.subarray(start, end), 50_000)
    let served = 0
    const reading = (async () => {
      for await (const piece of decryptRange(read, key, { start: 0, end: plainBytes }, plainBytes)) {
        expect(Buffer.from(piece).equals(plain.subarray(served, served + piece.length))).toBe(true)
        served += piece.length
      }
    })()
    await expect(reading).rejects.toMatchObject({ name: 'StorageFault', kind: 'corrupt' })
    return served
  }

  it('are refused whichever region was hit, and no wrong byte is served', async () => {
    const regions = [0, 1, 2, 3].flatMap((index) => {
      const start = index * SEALED_CHUNK
      const length = chunk(index).length
      return [start, start + (length >> 1), start + length - TAG_BYTES, start + length - 1]
    })
    for (const position of regions) {
      const altered = Buffer.from(sealed)
      altered[position] = (altered[position] ?? 0) ^ 1
      const intact = Math.floor(position / SEALED_CHUNK) * CHUNK_BYTES
      expect(await readTampered(altered)).toBeLessThanOrEqual(intact)
      expect(() => openWhole(altered, key, plain.length)).toThrow('not what was written')
    }
  })

  it('are refused when chunks change places', async () => {
    const swapped = Buffer.concat([chunk(0), chunk(2), chunk(1), chunk(3)])
    expect(await readTampered(swapped)).toBe(CHUNK_BYTES)
  })

  it('are refused when the end is cut off, even where the size was changed with it', async () => {
    expect(await readTampered(sealed.subarray(0, 3 * SEALED_CHUNK))).toBe(3 * CHUNK_BYTES)
    const shorter = readTampered(sealed.subarray(0, 3 * SEALED_CHUNK), 3 * CHUNK_BYTES)
    expect(await shorter).toBeLessThanOrEqual(2 * CHUNK_BYTES)
  })

  it('are refused when something is appended with the size to match', async () => {
    const longer = Buffer.concat([sealed, sealed.subarray(0, 100)])
    expect(await readTampered(longer, plain.length + 100)).toBeLessThanOrEqual(3 * CHUNK_BYTES)
  })

  it('are refused under another object’s key', () => {
    expect(() => openWhole(sealed, otherKey, plain.length)).toThrow('not what was written')
  })

  it('are refused when the source gives more than it was asked for', async () => {
    const read = () => inPieces(Buffer.concat([sealed, sealed]), 1_000_000)
    const reading = collect(decryptRange(read, key, { start: 0, end: plain.length }, plain.length))
    await expect(reading).rejects.toMatchObject({ kind: 'corrupt' })
  })
})
