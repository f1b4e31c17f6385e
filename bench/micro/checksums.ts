import { randomFillSync } from 'node:crypto'
import { CHECKSUM_ALGORITHMS, createChecksum } from '../../packages/server/src/base/checksums.ts'
import { micro } from '../micro.ts'

// Nanoseconds a 64 KiB chunk, the size that a socket gives: 65,536 ns would be 1,000 MB/s.
const chunk = randomFillSync(Buffer.allocUnsafe(65_536))
const cases = CHECKSUM_ALGORITHMS.map((algorithm) => {
  const checksum = createChecksum(algorithm)
  return [`${algorithm} of 64 KiB`, () => checksum.update(chunk)] as const
})
await micro(Object.fromEntries(cases))
