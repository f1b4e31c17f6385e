import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assert } from '../assert.ts'
import { CHECKSUM_ALGORITHMS, checksumOf, type ChecksumAlgorithm } from '../checksums.ts'
import { digestCode } from './digest-code.ts'
import { Crc64Folding } from './lane-crc64.ts'
import { LaneDigests } from './lane-digests.ts'
import { PAGE_BYTES, webAssembly } from './web-assembly.ts'

const SEGMENTS = 3
const SEGMENT_BYTES = 128 * 1024
const STREAMS = 12
const PAGES = 1 + (STREAMS * SEGMENTS * SEGMENT_BYTES) / PAGE_BYTES

const memory = new webAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true })
const shared = new Uint8Array(memory.buffer)
const code = digestCode(memory)
assert(code, 'there is no processor without vectors among those that run tests')
const bytes = randomBytes(SEGMENT_BYTES * 8)

/** By the definition, a bit at a time. */
function slowCrc64(message: Uint8Array): string {
  const all = 2n ** 64n - 1n
  let crc = all
  for (const byte of message) {
    crc ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1n) ^ (crc & 1n ? 0x9a6c9329ac4bc9b5n : 0n)
  }
  return (crc ^ all).toString(16).padStart(16, '0')
}

/** A stream whose segments are handed over and wiped as they are taken. */
class Feeder {
  readonly #digests: LaneDigests
  readonly #id: number
  readonly #message: Uint8Array
  readonly #segmentBytes: number
  #position = 0
  #index = 0
  #underWay = 0
  #isEnded = false

  constructor(digests: LaneDigests, id: number, message: Uint8Array, segmentBytes: number) {
    this.#digests = digests
    this.#id = id
    this.#message = message
    this.#segmentBytes = segmentBytes
  }

  /** Whether there was anything to hand over. */
  step(): boolean {
    if (this.#isEnded || this.#underWay === SEGMENTS) return false
    const segment = this.#message.subarray(this.#position, this.#position + this.#segmentBytes)
    if (segment.length === 0) {
      this.#isEnded = true
      this.#digests.end(this.#id)
      return true
    }
    const start = PAGE_BYTES + (this.#id * SEGMENTS + (this.#index++ % SEGMENTS)) * SEGMENT_BYTES
    shared.set(segment, start)
    this.#digests.add(this.#id, { start, sizeBytes: segment.length })
    this.#position += segment.length
    this.#underWay++
    return true
  }

  taken(): void {
    this.#underWay--
  }
}

interface Run {
  readonly algorithms: readonly ChecksumAlgorithm[]
  readonly message: Uint8Array
  readonly segmentBytes: number
}

/** Hands over in an order that `chance` chooses, and does each round as soon as it may be done. */
function digestsOf(digests: LaneDigests, runs: readonly Run[], chance: () => number): Map<number, Buffer[]> {
  const feeders = runs.map(({ algorithms, message, segmentBytes }, id) => {
    digests.start(id, algorithms)
    return new Feeder(digests, id, message, segmentBytes)
  })
  const results = new Map<number, Buffer[]>()
  while (results.size < runs.length) {
    const open = feeders.filter((_, id) => !results.has(id))
    const first = Math.floor(chance() * open.length)
    const isFed = [...open.slice(first), ...open.slice(0, first)].some((feeder) => feeder.step())
    // Were none fed and no round ready, they would wait for each other for ever.
    expect(isFed || digests.isReady).toBe(true)
    while (digests.isReady) {
      const round = digests.round()
      for (const id of round.taken) feeders[id]?.taken()
      for (const { id, values } of round.digests) {
        results.set(
          id,
          values.map((value) => Buffer.from(value)),
        )
      }
    }
  }
  return results
}

const runs = fc.record({
  algorithms: fc.subarray([...CHECKSUM_ALGORITHMS], { minLength: 1 }),
  message: fc
    .oneof(fc.nat(bytes.length), fc.nat(300), fc.constantFrom(0, 55, 56, 63, 64, 119, 128, SEGMENT_BYTES))
    .chain((size) => fc.nat(bytes.length - size).map((start) => bytes.subarray(start, start + size))),
  segmentBytes: fc.integer({ min: 1, max: SEGMENT_BYTES / 128 }).map((blocks) => blocks * 128),
})

describe('digests of many streams', () => {
  it.each([
    ['in lanes', code],
    ['without code for lanes', undefined],
  ])('%s are those of each alone, however they come', (_, own) => {
    fc.assert(
      fc.property(
        fc.array(runs, { minLength: 1, maxLength: STREAMS }),
        fc.infiniteStream(fc.nat(999)),
        (all, chances) => {
          const results = digestsOf(
            new LaneDigests(memory, SEGMENTS, own),
            // Segments of few bytes would take minutes.
            all.map((run) => ({
              ...run,
              segmentBytes: Math.max(run.segmentBytes, Math.ceil(run.message.length / 12_800) * 128),
            })),
            () => (chances.next().value ?? 0) / 1000,
          )
          for (const [id, { algorithms, message }] of all.entries()) {
            expect(results.get(id)).toEqual(algorithms.map((algorithm) => checksumOf(algorithm, message)))
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  it('are not waited for by a stream that sends nothing', () => {
    const digests = new LaneDigests(memory, SEGMENTS, code)
    digests.start(0, ['MD5'])
    digests.start(1, ['MD5'])
    for (let count = 0; count < SEGMENTS; count++) {
      expect(digests.isReady).toBe(false)
      digests.add(1, { start: PAGE_BYTES, sizeBytes: SEGMENT_BYTES })
    }
    expect(digests.isReady).toBe(true)
  })
})

describe('CRC64NVME by folding', () => {
  const folding = new Crc64Folding(code, memory)

  it('is that of the definition, for messages of any length', () => {
    const sizes = fc.oneof(
      fc.nat(20_000),
      fc.nat(300),
      fc.integer({ min: 298, max: 302 }).map((size) => size * 16),
    )
    fc.assert(
      fc.property(sizes, fc.nat(1000), fc.nat(20), (size, from, cut) => {
        const message = bytes.subarray(from, from + size)
        shared.set(message, PAGE_BYTES)
        const crc = folding.start()
        const first = Math.min(cut * 128, size - (size % 128))
        folding.update(crc, { start: PAGE_BYTES, sizeBytes: first })
        folding.update(crc, { start: PAGE_BYTES + first, sizeBytes: size - first })
        expect(folding.digest(crc).toString('hex')).toBe(slowCrc64(message))
      }),
    )
  })

  it('is the check value of the catalogue for "123456789"', () => {
    shared.set(Buffer.from('123456789'), PAGE_BYTES)
    const crc = folding.start()
    folding.update(crc, { start: PAGE_BYTES, sizeBytes: 9 })
    expect(folding.digest(crc).toString('hex')).toBe('ae8b14860a799888')
  })
})
