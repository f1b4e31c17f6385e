/** What digests cost in lanes and by folding, beside the libraries: nanoseconds for 256 KB of each stream. */
import { randomFillSync } from 'node:crypto'
import { checksumOf } from '../../packages/server/src/base/checksums.ts'
import { digestCode } from '../../packages/server/src/base/lanes/digest-code.ts'
import { Crc64Folding } from '../../packages/server/src/base/lanes/lane-crc64.ts'
import { Md5Lanes } from '../../packages/server/src/base/lanes/lane-md5.ts'
import { PAGE_BYTES, webAssembly } from '../../packages/server/src/base/lanes/web-assembly.ts'
import { micro } from '../micro.ts'

const SIZE_BYTES = 256 * 1024
const MOST_STREAMS = 8
const PAGES = 1 + (MOST_STREAMS * SIZE_BYTES) / PAGE_BYTES

const memory = new webAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true })
const bytes = randomFillSync(Buffer.alloc(SIZE_BYTES))
const places = Array.from({ length: MOST_STREAMS }, (_, index) => PAGE_BYTES + index * SIZE_BYTES)
for (const start of places) new Uint8Array(memory.buffer).set(bytes, start)

const code = digestCode(memory)
if (!code) throw new Error('this processor lacks the vectors')
const md5 = new Md5Lanes(code, memory)
const folding = new Crc64Folding(code, memory)
const crc = folding.start()
const pieces = places.map((start) => ({ start, sizeBytes: SIZE_BYTES }))
const streams = pieces.map(() => md5.start())

function together(count: number): () => void {
  return () => md5.update(streams.slice(0, count), pieces.slice(0, count), SIZE_BYTES)
}

await micro({
  'MD5 by Node': () => checksumOf('MD5', bytes),
  'MD5, one stream': together(1),
  'MD5, four streams': together(4),
  'MD5, eight streams': together(8),
  'CRC64NVME by aws-crt': () => checksumOf('CRC64NVME', bytes),
  'CRC64NVME by folding': () => pieces.slice(0, 1).map((piece) => folding.update(crc, piece)),
})
