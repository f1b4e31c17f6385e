import { hash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { systemRandom } from '../base/random.ts'
import { seededRandom } from '../base/seeded-random.ts'
import { contentCipher } from './content-cipher.ts'
import { DataKey, newContentSalt, newSaltOf } from './content-key.ts'
import { type ByteSpan, LARGE_CHUNK_BYTES, TAG_BYTES } from './sealed-size.ts'

const inner = hash('sha256', 'inner', 'buffer')
const outer = hash('sha256', 'outer', 'buffer')
const plain = seededRandom('plain').bytes(300_000)

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 70_001) yield bytes.subarray(start, start + 70_001)
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(Uint8Array.from(chunk))
  return Buffer.concat(chunks)
}

describe('two layers', () => {
  const cipher = contentCipher([inner, outer])
  const sealed = Buffer.from(cipher.sealWhole(plain))
  const read = ({ start, end }: ByteSpan) => inPieces(sealed.subarray(start, end))

  it('are one around the other', async () => {
    const byHand = contentCipher([outer]).sealWhole(contentCipher([inner]).sealWhole(plain))
    expect(sealed.equals(byHand)).toBe(true)
    expect(sealed.length).toBe(cipher.sealedSize(plain.length))
    expect((await collect(cipher.encrypt(inPieces(plain)))).equals(sealed)).toBe(true)
    expect((await collect(cipher.encrypt(inPieces(plain), plain.length))).equals(sealed)).toBe(true)
    expect(plain.equals(cipher.openWhole(sealed, plain.length))).toBe(true)
  })

  it('have large chunks in the innermost alone', async () => {
    const large = contentCipher([inner, outer], LARGE_CHUNK_BYTES)
    const bytes = Buffer.alloc(3 * LARGE_CHUNK_BYTES + 7, 'large')
    const kept = await collect(large.encrypt(inPieces(bytes), bytes.length))
    expect(kept.length).toBe(large.sealedSize(bytes.length))
    expect(kept.length).toBe(bytes.length + (4 + 13) * TAG_BYTES)
    const readKept = ({ start, end }: ByteSpan) => inPieces(kept.subarray(start, end))
    const range = { start: LARGE_CHUNK_BYTES - 1, end: 2 * LARGE_CHUNK_BYTES + 1 }
    const opened = await collect(large.decryptRange(readKept, range, bytes.length))
    expect(opened.equals(bytes.subarray(range.start, range.end))).toBe(true)
  })

  it('open in ranges', async () => {
    const offset = fc.nat(plain.length)
    await fc.assert(
      fc.asyncProperty(offset, offset, async (one, other) => {
        const range = { start: Math.min(one, other), end: Math.max(one, other) }
        const opened = await collect(cipher.decryptRange(read, range, plain.length))
        expect(opened.equals(plain.subarray(range.start, range.end))).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  it('read no more than 1.2 MiB for 1 MiB of a large object', async () => {
    let readBytes = 0
    const measure = ({ start, end }: ByteSpan) => {
      readBytes += end - start
      return inPieces(Buffer.alloc(0))
    }
    const start = 5 * 1024 ** 3 + 4321
    const range = { start, end: start + 1024 ** 2 }
    await expect(collect(cipher.decryptRange(measure, range, 10 * 1024 ** 3))).rejects.toMatchObject({
      kind: 'corrupt',
    })
    expect(readBytes).toBeLessThanOrEqual(1.2 * 1024 ** 2)
  })

  it('open with neither key alone', () => {
    for (const keys of [[inner], [outer], [outer, inner], [inner, inner]] as const) {
      const other = contentCipher(keys)
      expect(() => other.openWhole(sealed, plain.length)).toThrow('not what was written')
    }
  })
})

describe('content keys', () => {
  it('of an id open what they sealed, as those of salts of chance alone do', () => {
    const dataKey = new DataKey(inner)
    for (const salt of [newSaltOf(Buffer.alloc(11, 7), systemRandom), newContentSalt(systemRandom)]) {
      const sealed = contentCipher([dataKey.contentKey(salt)]).sealWhole(plain)
      const kept = Buffer.from(salt.toString('base64'), 'base64')
      const opened = contentCipher([dataKey.contentKey(kept)]).openWhole(sealed, plain.length)
      expect(plain.equals(opened)).toBe(true)
    }
  })

  it('never repeat, not even where ids do', () => {
    const [once, again] = [Buffer.alloc(11, 1), Buffer.alloc(11, 2)]
    const salts = Array.from({ length: 20_000 }, (_, index) => {
      once.writeUInt32BE(index, 3)
      return [newSaltOf(once, systemRandom), newSaltOf(again, systemRandom), newContentSalt(systemRandom)]
    }).flat()
    expect(new Set(salts.map((salt) => salt.toString('base64'))).size).toBe(60_000)
    expect(new Set(salts.map((salt) => salt.length))).toEqual(new Set([32]))
    expect(() => newSaltOf(Buffer.alloc(12), systemRandom)).toThrow('an id of 12 bytes')
  })

  it('differ by data key, salt and layer, and stay what they are', () => {
    const salts = [newContentSalt(seededRandom('a')), newContentSalt(seededRandom('b'))]
    const keys = [inner, outer].flatMap((dataKey) =>
      salts.flatMap((salt) =>
        (['content', 'outer'] as const).map((layer) => new DataKey(dataKey).contentKey(salt, layer)),
      ),
    )
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(8)
    expect(new DataKey(Buffer.alloc(32)).contentKey(Buffer.alloc(32)).toString('hex')).toMatchInlineSnapshot(
      `"10d05aab7072d6f8851bfc29e6a3933dcefc70a7c0491d7da4d7e31ad709e4fb"`,
    )
  })
})
