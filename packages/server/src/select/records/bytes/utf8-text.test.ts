import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { objectOf } from '../../../../../../tests/support/select-objects.ts'
import { inBlocks } from './blocks.ts'
import { utf8Text } from './utf8-text.ts'

async function textOf(bytes: Uint8Array, blockBytes: number): Promise<string> {
  const source = objectOf(bytes, 3)
  let text = ''
  for await (const piece of utf8Text(source.read(0, source.sizeBytes), blockBytes)) text += piece
  return text
}

describe('text', () => {
  it('is the same whatever the blocks are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 20 }),
        async (text, blockBytes) => {
          const written = text.toWellFormed()
          expect(await textOf(Buffer.from(written), blockBytes)).toBe(written)
        },
      ),
    )
  })

  it('is what a strict decoder takes, whatever the blocks are', async () => {
    const bytes = fc.array(
      fc.constantFrom(0x41, 0x80, 0xbf, 0xc2, 0xe0, 0xa0, 0xed, 0xf0, 0x90, 0xf4, 0xff),
      {
        maxLength: 12,
      },
    )
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 5 }), async (all, blockBytes) => {
        const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
        const expected = attempt(() => strict.decode(Uint8Array.from(all)))
        const read = await textOf(Uint8Array.from(all), blockBytes).catch(() => undefined)
        expect(read).toBe(expected)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('blocks', () => {
  it('are of one size, but for the last', async () => {
    const source = objectOf(Buffer.alloc(10), 3)
    const sizes: number[] = []
    for await (const block of inBlocks(source.read(0, 10), 4)) sizes.push(block.length)
    expect(sizes).toEqual([4, 4, 2])
  })
})

function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
