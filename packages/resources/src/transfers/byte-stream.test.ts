import fc from 'fast-check'
import { expect, it } from 'vitest'
import { piecesOf } from './byte-stream.ts'

async function* streamOf(chunks: readonly Uint8Array[]) {
  yield* chunks
}

it('cuts a stream into pieces of one size, however it comes', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 30 })),
      fc.integer({ min: 1, max: 20 }),
      fc.boolean(),
      async (chunks, sizeBytes, web) => {
        const stream = web ? ReadableStream.from(streamOf(chunks)) : streamOf(chunks)
        const pieces: Uint8Array[] = []
        for await (const piece of piecesOf(stream, sizeBytes)) pieces.push(piece)
        expect(Buffer.concat(pieces)).toEqual(Buffer.concat(chunks))
        expect(pieces.length).toBeGreaterThan(0)
        expect(pieces.slice(0, -1).every(({ byteLength }) => byteLength === sizeBytes)).toBe(true)
      },
    ),
  ))
