/** Prints the speed of every checksum at three chunk sizes, and of combining the CRCs of 10,000 parts. */
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  checksumOf,
  createChecksum,
} from '../packages/server/src/base/checksums.ts'
import { combineCrc } from '../packages/server/src/base/combine-crc.ts'
import { median } from './statistics.ts'

const ROUNDS = 5

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

function measureOnce(algorithm: ChecksumAlgorithm): string {
  const calls = 20_000
  const bytes = Buffer.alloc(4096, 7)
  const elapsed = milliseconds(() => {
    for (let call = 0; call < calls; call++) checksumOf(algorithm, bytes)
  })
  return `${((elapsed * 1e6) / calls).toFixed(0)} ns`.padStart(12)
}

console.log(
  'chunks of'.padEnd(10),
  ...['4 KiB', '64 KiB', '1 MiB'].map((s) => s.padStart(24)),
  '4 KiB at once',
)
for (const algorithm of CHECKSUM_ALGORITHMS) {
  const streamed = [4096, 65_536, 2 ** 20].map((chunkBytes) => measure(algorithm, chunkBytes))
  console.log(algorithm.padEnd(10), ...streamed, measureOnce(algorithm))
}

for (const algorithm of ['CRC32', 'CRC64NVME'] as const) {
  const digest = checksumOf(algorithm, Buffer.from('part'))
  const equal = Array.from({ length: 10_000 }, () => ({ digest, sizeBytes: 8_388_608 }))
  const distinct = equal.map((part, index) => ({ ...part, sizeBytes: 2 ** 32 - 1 - index }))
  const [one, all] = [equal, distinct].map((parts) =>
    milliseconds(() => void combineCrc(algorithm, parts)).toFixed(1),
  )
  console.log(`combine ${algorithm} of 10,000 parts: ${one} ms of one size, ${all} ms of 10,000 sizes`)
}
