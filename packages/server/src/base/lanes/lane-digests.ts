import { assert } from '../assert.ts'
import { type Checksum, type ChecksumAlgorithm, createChecksum } from '../checksums.ts'
import type { DigestCode } from './digest-code.ts'
import { Crc64Folding } from './lane-crc64.ts'
import { type LaneMd5, Md5Lanes, type Piece } from './lane-md5.ts'
import type { SharedMemory } from './web-assembly.ts'

/** As many as `Md5Lanes` takes together. */
const MOST_LANES = 8
/** At a time of each stream: what of all of them the processor's second cache holds, for more than one digest. */
const PIECE_BYTES = 64 * 1024

/** A multiple of what each algorithm takes at a time: of MD5's blocks and of what CRC64NVME folds. */
const ALIGNED_BYTES = 128

/** What became of streams since the last round. */
export interface RoundResult {
  /** The streams of which a segment was taken, once for each segment. */
  readonly taken: readonly number[]
  readonly digests: readonly { readonly id: number; readonly values: readonly Uint8Array[] }[]
}

/** A way to take one digest of one stream. Whoever holds `md5` has it taken together with those of other streams. */
interface Digest {
  readonly md5?: LaneMd5
  update(piece: Piece): void
  finish(): Uint8Array
}

interface Stream {
  readonly id: number
  readonly digests: readonly Digest[]
  /** What was not taken yet. */
  readonly segments: Piece[]
  isEnded: boolean
}

/**
 * Digests of many streams whose bytes come in segments of a shared memory. MD5 goes eight streams at a time, as one of
 * them alone leaves most of a processor waiting: so streams wait for each other, but for none that has no room left for
 * more or has ended.
 */
export class LaneDigests {
  readonly #memory: SharedMemory
  readonly #md5: Md5Lanes | undefined
  readonly #crc64: Crc64Folding | undefined
  readonly #segmentsPerStream: number
  readonly #streams = new Map<number, Stream>()

  /** `segmentsPerStream`: so many at most wait of one stream. Without code each stream is digested alone, by libraries. */
  constructor(memory: SharedMemory, segmentsPerStream: number, code: DigestCode | undefined) {
    this.#memory = memory
    this.#md5 = code && new Md5Lanes(code, memory)
    this.#crc64 = code && new Crc64Folding(code, memory)
    this.#segmentsPerStream = segmentsPerStream
  }

  start(id: number, algorithms: readonly ChecksumAlgorithm[]): void {
    const digests = algorithms.map((algorithm) => this.#begin(algorithm))
    this.#streams.set(id, { id, digests, segments: [], isEnded: false })
  }

  /** The sizes of all segments but a stream's last are multiples of 128. */
  add(id: number, segment: Piece): void {
    this.#find(id).segments.push(segment)
  }

  end(id: number): void {
    this.#find(id).isEnded = true
  }

  /** Whether there is a round to do now, rather than when more has come. */
  get isReady(): boolean {
    let waiting = 0
    let open = 0
    for (const { segments, isEnded } of this.#streams.values()) {
      if (isEnded || segments.length === this.#segmentsPerStream) return true
      open++
      if (segments.length > 0) waiting++
    }
    return waiting > 0 && waiting >= Math.min(open, MOST_LANES)
  }

  /** Takes a piece of each of as many streams as go together, those first that were longest without. */
  round(): RoundResult {
    const streams = [...this.#streams.values()].filter(({ segments }) => segments.length > 0)
    const short = streams.find(({ segments: [first] }) => first && first.sizeBytes < ALIGNED_BYTES)
    const taken = this.#take(short ? [short] : streams.slice(0, MOST_LANES))
    const digests = [...this.#streams.values()].filter(isDone).map((stream) => this.#finish(stream))
    return { taken, digests }
  }

  #find(id: number): Stream {
    const stream = this.#streams.get(id)
    assert(stream, 'a stream is started before it has bytes or an end')
    return stream
  }

  #take(streams: readonly Stream[]): number[] {
    const firsts = streams.flatMap(({ segments: [first] }) => (first ? [first] : []))
    const mostBytes = Math.min(PIECE_BYTES, ...firsts.map((segment) => segment.sizeBytes))
    // What is no whole block comes alone, as the last of its stream.
    const sizeBytes = mostBytes < ALIGNED_BYTES ? mostBytes : mostBytes - (mostBytes % ALIGNED_BYTES)
    const pieces = firsts.map(({ start }) => ({ start, sizeBytes }))
    const together: [LaneMd5, Piece][] = []
    for (const [index, stream] of streams.entries()) {
      const piece = pieces[index]
      assert(piece, 'each stream of a round has a segment')
      for (const digest of stream.digests) {
        if (digest.md5) together.push([digest.md5, piece])
        else digest.update(piece)
      }
    }
    this.#md5?.update(
      together.map(([md5]) => md5),
      together.map(([, piece]) => piece),
      sizeBytes,
    )
    return streams.filter((stream) => this.#advance(stream, sizeBytes)).map(({ id }) => id)
  }

  /** Whether its segment was used up. Streams that had a turn come behind all others. */
  #advance(stream: Stream, sizeBytes: number): boolean {
    this.#streams.delete(stream.id)
    this.#streams.set(stream.id, stream)
    const segment = stream.segments.shift()
    assert(segment, 'a stream that had its turn had a segment')
    if (segment.sizeBytes === sizeBytes) return true
    stream.segments.unshift({ start: segment.start + sizeBytes, sizeBytes: segment.sizeBytes - sizeBytes })
    return false
  }

  #finish(stream: Stream): RoundResult['digests'][number] {
    this.#streams.delete(stream.id)
    return { id: stream.id, values: stream.digests.map((digest) => digest.finish()) }
  }

  #begin(algorithm: ChecksumAlgorithm): Digest {
    if (algorithm === 'MD5' && this.#md5) return laneMd5(this.#md5)
    if (algorithm === 'CRC64NVME' && this.#crc64) return foldedCrc64(this.#crc64)
    return otherDigest(createChecksum(algorithm), this.#memory)
  }
}

function isDone({ isEnded, segments }: Stream): boolean {
  return isEnded && segments.length === 0
}

function laneMd5(lanes: Md5Lanes): Digest {
  const md5 = lanes.start()
  return {
    md5,
    update: (piece) => lanes.update([md5], [piece], piece.sizeBytes),
    finish: () => lanes.digest(md5),
  }
}

function foldedCrc64(folding: Crc64Folding): Digest {
  const crc = folding.start()
  return { update: (piece) => folding.update(crc, piece), finish: () => folding.digest(crc) }
}

function otherDigest(checksum: Checksum, memory: SharedMemory): Digest {
  return {
    update: ({ start, sizeBytes }) => checksum.update(new Uint8Array(memory.buffer, start, sizeBytes)),
    finish: () => checksum.digest(),
  }
}
