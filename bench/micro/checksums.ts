/**
 * Prints the speed of every checksum at three chunk sizes, what it costs against the library that computes it, and the
 * time of combining the CRCs of 10,000 parts.
 */
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { crc32 } from 'node:zlib'
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  checksumOf,
  createChecksum,
} from '../../packages/server/src/base/checksums.ts'
import { CombinedCrc } from '../../packages/server/src/base/combine-crc.ts'
import { median } from '../base/statistics.ts'

const ROUNDS = 5
/** What a checksum may cost against its library alone. */
const MOST_OF_THE_LIBRARY = 1.3

/** Median milliseconds of a few runs, after one to warm up. */
function milliseconds(run: () => void): number {
  run()
  return median(
    Array.from({ length: ROUNDS }, () => {
      const start = performance.now()
      run()
      return performance.now() - start
    }),
  )
}

function measure(algorithm: ChecksumAlgorithm, chunkBytes: number): string {
  const totalBytes = 64 * 2 ** 20
  const chunk = Buffer.alloc(chunkBytes, 7)
  const elapsed = milliseconds(() => {
    const checksum = createChecksum(algorithm)
    for (let left = totalBytes; left > 0; left -= chunkBytes) checksum.update(chunk)
    checksum.digest()
  })
  const nanosecondsPerChunk = (elapsed * 1e6 * chunkBytes) / totalBytes
  const speed = totalBytes / 1e3 / elapsed
  return `${speed.toFixed(0)} MB/s (${nanosecondsPerChunk.toFixed(0)} ns)`.padStart(24)
}

interface Crt {
  crc32c(bytes: Uint8Array, previous: number): number
  crc64nvme(bytes: Uint8Array, previous: DataView): DataView
}
type XxHash = new (seed: Buffer) => { update(bytes: Uint8Array): void; digest(): Buffer }

// From the server's place, whose dependencies they are.
const require = createRequire(new URL('../../packages/server/src/base/checksums.ts', import.meta.url))
const crt = require('aws-crt/dist/native/checksums.js') as Crt
const xxHashes = require('xxhash-addon') as Readonly<Record<'XXHash64' | 'XXHash3' | 'XXHash128', XxHash>>

/** Each algorithm by its library alone: one call for each chunk. */
const libraries: Readonly<Record<ChecksumAlgorithm, (chunks: readonly Buffer[]) => unknown>> = {
  CRC32: (chunks) => chunks.reduce((crc, chunk) => crc32(chunk, crc), 0),
  CRC32C: (chunks) => chunks.reduce((crc, chunk) => crt.crc32c(chunk, crc), 0),
  CRC64NVME: (chunks) =>
    chunks.reduce<DataView>((crc, chunk) => crt.crc64nvme(chunk, crc), new DataView(new ArrayBuffer(8))),
  MD5: (chunks) => updateAll(createHash('md5'), chunks),
  SHA1: (chunks) => updateAll(createHash('sha1'), chunks),
  SHA256: (chunks) => updateAll(createHash('sha256'), chunks),
  SHA512: (chunks) => updateAll(createHash('sha512'), chunks),
  XXHASH64: (chunks) => updateAll(new xxHashes.XXHash64(Buffer.alloc(8)), chunks),
  XXHASH3: (chunks) => updateAll(new xxHashes.XXHash3(Buffer.alloc(8)), chunks),
  XXHASH128: (chunks) => updateAll(new xxHashes.XXHash128(Buffer.alloc(8)), chunks),
}

function updateAll(
  state: { update(bytes: Uint8Array): unknown; digest(): Buffer },
  chunks: readonly Buffer[],
): Buffer {
  for (const chunk of chunks) state.update(chunk)
  return state.digest()
}

/** Of chunks of 64 KiB, as sockets give them. Both take turns, so that other work on the machine falls on both. */
function against(algorithm: ChecksumAlgorithm): string {
  const chunks = Array.from<Buffer>({ length: 256 }).fill(Buffer.alloc(65_536, 7))
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    ours.push(cpuMilliseconds(() => updateAll(createChecksum(algorithm), chunks)))
    theirs.push(cpuMilliseconds(() => libraries[algorithm](chunks)))
  }
  const perGigabyte = (median(ours) * 1e9) / (256 * 65_536)
  const ratio = median(ours) / median(theirs)
  const verdict = ratio <= MOST_OF_THE_LIBRARY ? 'reached' : 'missed'
  return `${perGigabyte.toFixed(0)} ms/GB, ${ratio.toFixed(2)}× ${verdict}`.padStart(26)
}

/** Of this thread for one run, of as many runs as the clock of the CPU needs. */
function cpuMilliseconds(run: () => unknown): number {
  for (let runs = 1; ; runs *= 2) {
    const start = process.threadCpuUsage()
    for (let done = 0; done < runs; done++) run()
    const { user, system } = process.threadCpuUsage(start)
    if (user + system >= 60_000) return (user + system) / 1000 / runs
  }
}

function measureOnce(algorithm: ChecksumAlgorithm): string {
  const calls = 20_000
  const bytes = Buffer.alloc(4096, 7)
  const elapsed = milliseconds(() => {
    for (let call = 0; call < calls; call++) checksumOf(algorithm, bytes)
  })
  return `${((elapsed * 1e6) / calls).toFixed(0)} ns`.padStart(14)
}

console.log(
  'chunks of'.padEnd(10),
  ...['4 KiB', '64 KiB', '1 MiB'].map((s) => s.padStart(24)),
  '4 KiB at once'.padStart(14),
  `library × ≤ ${MOST_OF_THE_LIBRARY}`.padStart(26),
)
for (const algorithm of CHECKSUM_ALGORITHMS) {
  const streamed = [4096, 65_536, 2 ** 20].map((chunkBytes) => measure(algorithm, chunkBytes))
  console.log(algorithm.padEnd(10), ...streamed, measureOnce(algorithm), against(algorithm))
}

for (const algorithm of ['CRC32', 'CRC64NVME'] as const) {
  const digest = checksumOf(algorithm, Buffer.from('part'))
  const equal = Array.from({ length: 10_000 }, () => ({ digest, sizeBytes: 8_388_608 }))
  const distinct = equal.map((part, index) => ({ ...part, sizeBytes: 2 ** 32 - 1 - index }))
  const [one, all] = [equal, distinct].map((parts) => {
    const combine = (): void => {
      const crc = new CombinedCrc(algorithm)
      for (const part of parts) crc.add(part)
      crc.digest()
    }
    return milliseconds(combine).toFixed(1)
  })
  console.log(`combine ${algorithm} of 10,000 parts: ${one} ms of one size, ${all} ms of 10,000 sizes`)
}
