import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { CHECKSUM_ALGORITHMS, checksumOf } from './checksums.ts'
import { DigestThreads, type StreamDigests } from './digest-threads.ts'

const threads = new DigestThreads(2)
afterAll(() => threads[Symbol.asyncDispose]())

const LONG = Infinity
const bytes = randomBytes(2_000_000)

/** Gives the bytes in pieces that are wiped as soon as they may be. */
async function feed(stream: StreamDigests, pieces: Iterable<Uint8Array>): Promise<void> {
  for (const piece of pieces) {
    const copy = Buffer.from(piece)
    await stream.update(copy)
    copy.fill(0)
  }
}

function* cut(whole: Uint8Array, pieceBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < whole.length; at += pieceBytes) yield whole.subarray(at, at + pieceBytes)
}

it.each(CHECKSUM_ALGORITHMS)('%s is what it is in one go', async (algorithm) => {
  const stream = threads.start([algorithm], LONG)
  await feed(stream, cut(bytes, 65_537))
  expect(await stream.finish()).toEqual([checksumOf(algorithm, bytes)])
})

it('many streams at once, of any lengths in any pieces, do not mix', async () => {
  const run = fc.record({ sizeBytes: fc.nat(1_500_000), pieceBytes: fc.integer({ min: 997, max: 700_000 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(run, { maxLength: 12 }), async (runs) => {
      await Promise.all(
        runs.map(async ({ sizeBytes, pieceBytes }) => {
          const own = bytes.subarray(0, sizeBytes)
          const stream = threads.start(['MD5', 'CRC32'], LONG)
          await feed(stream, cut(own, pieceBytes))
          expect(await stream.finish()).toEqual([checksumOf('MD5', own), checksumOf('CRC32', own)])
        }),
      )
    }),
    { numRuns: 20 },
  )
})

it('what is cancelled at any moment leaves its memory to others, whole', async () => {
  for (let piece = 0; piece < 30; piece++) {
    const cancelled = threads.start(['SHA256'], LONG)
    await feed(cancelled, cut(bytes.subarray(0, piece * 50_000), 50_000))
    cancelled.cancel()
    cancelled.cancel()
    const stream = threads.start(['MD5'], LONG)
    await feed(stream, [bytes])
    expect(await stream.finish()).toEqual([checksumOf('MD5', bytes)])
  }
})

it('short streams, and those on one core, are digested where they are', async () => {
  for (const stream of [threads.start(['MD5'], 1000), new DigestThreads(0).start(['MD5'], LONG)]) {
    expect(stream.update(bytes)).toBeUndefined()
    expect(await stream.finish()).toEqual([checksumOf('MD5', bytes)])
    stream.cancel()
  }
})

it('a thread that ends fails its streams, and others start anew', async () => {
  const dying = new DigestThreads(1)
  const [waiting, giving] = [dying.start(['MD5'], LONG), dying.start(['MD5'], LONG)]
  await waiting.update(bytes.subarray(0, 10))
  const all = Promise.allSettled([waiting.finish(), feed(giving, Array<Uint8Array>(100).fill(bytes))])
  await dying[Symbol.asyncDispose]()
  const ended = { status: 'rejected', reason: new Error('a digest thread ended') }
  expect(await all).toEqual([ended, ended])
  giving.cancel()

  const next = dying.start(['MD5'], LONG)
  await feed(next, [bytes])
  expect(await next.finish()).toEqual([checksumOf('MD5', bytes)])
  await dying[Symbol.asyncDispose]()
})
