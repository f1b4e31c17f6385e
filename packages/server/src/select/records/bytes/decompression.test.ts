import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bzip2 } from '../../../../../../tests/support/select-files.ts'
import { csv, json, objectOf, recordsOf, rowsOf } from '../../../../../../tests/support/select-objects.ts'
import type { Compression } from '../formats.ts'
import { readRecords } from '../read-records.ts'
import { bunzip2 } from './bunzip2.ts'
import { gunzip } from './gunzip.ts'

const runs = Buffer.concat([
  Buffer.from(
    'aaabbbbccccc' + 'd'.repeat(255) + 'e'.repeat(259) + 'f'.repeat(260) + 'ababab' + 'g'.repeat(1000),
  ),
  Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
])

function failure(code: string): unknown {
  return expect.objectContaining({ code })
}

async function decompress(compression: Compression, bytes: Uint8Array, chunkBytes = 1000): Promise<Buffer> {
  const source = objectOf(bytes, chunkBytes)
  const chunks: Buffer[] = []
  const read = source.read(0, source.sizeBytes)
  for await (const chunk of compression === 'GZIP' ? gunzip(read) : bunzip2(read))
    chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

describe('bzip2', () => {
  it.each([
    ['a text', bzip2.hello, Buffer.from('hello\n')],
    ['runs and all bytes', bzip2.runs, runs],
    ['several streams', bzip2.twoStreams, Buffer.from('one\ntwo\n')],
    ['nothing', bzip2.empty, Buffer.alloc(0)],
    ['blocks of zeros', bzip2.zeros, Buffer.alloc(5_000_000)],
  ])('holds %s', async (_, compressed, expected) => {
    expect((await decompress('BZIP2', compressed)).equals(expected)).toBe(true)
    expect((await decompress('BZIP2', compressed, 1)).equals(expected)).toBe(true)
  })

  it('may have something else behind it', async () => {
    const bytes = Buffer.concat([bzip2.hello, Buffer.from('BZ, but not that')])
    expect((await decompress('BZIP2', bytes)).toString()).toBe('hello\n')
  })

  it('that ends too soon is an error', async () => {
    const whole = bzip2.runs
    for (let length = 4; length < whole.length; length += 7) {
      await expect(decompress('BZIP2', whole.subarray(0, length))).rejects.toEqual(failure('TruncatedInput'))
    }
  })

  it('that is damaged is an error', async () => {
    const whole = bzip2.runs
    for (let at = 4; at < whole.length; at += 5) {
      const damaged = Buffer.from(whole)
      damaged[at] = (damaged[at] ?? 0) ^ 0x80
      await expect(decompress('BZIP2', damaged)).rejects.toEqual(failure('TruncatedInput'))
    }
  })

  it('that was none is an error', async () => {
    for (const text of ['', 'BZ', 'hello, hello', 'BZh0 and so on']) {
      await expect(decompress('BZIP2', Buffer.from(text))).rejects.toEqual(
        failure('InvalidCompressionFormat'),
      )
    }
  })
})

describe('gzip', () => {
  it('may have several members', async () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 100 }), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(parts, fc.integer({ min: 1, max: 40 }), async (members, chunkBytes) => {
        const compressed = Buffer.concat(members.map((member) => gzipSync(member)))
        expect(await decompress('GZIP', compressed, chunkBytes)).toEqual(Buffer.concat(members))
      }),
      { numRuns: 30 },
    )
  })

  it('that ends too soon or is damaged is an error', async () => {
    const whole = gzipSync('hello '.repeat(100))
    for (const length of [2, 9, 10, 20, whole.length - 1]) {
      await expect(decompress('GZIP', whole.subarray(0, length))).rejects.toEqual(failure('TruncatedInput'))
    }
    whole[20] = ~(whole[20] ?? 0)
    await expect(decompress('GZIP', whole)).rejects.toEqual(failure('TruncatedInput'))
  })

  it('that was none is an error', async () => {
    for (const text of ['', 'hello']) {
      await expect(decompress('GZIP', Buffer.from(text))).rejects.toEqual(failure('InvalidCompressionFormat'))
    }
  })
})

describe('compressed records', () => {
  it('are read, and their bytes counted before and after', async () => {
    const text = 'a,b\nc,d\n'.repeat(100_000)
    const bytes = gzipSync(text)
    const counts = { scanned: 0, processed: 0 }
    const rows = await rowsOf({ ...csv, compression: 'GZIP' }, objectOf(bytes), {
      scanned: (count) => (counts.scanned += count),
      processed: (count) => (counts.processed += count),
    })
    expect(rows).toHaveLength(200_000)
    expect(counts).toEqual({ scanned: bytes.length, processed: text.length })
    expect(await rowsOf({ ...csv, compression: 'BZIP2' }, objectOf(bzip2.hello))).toEqual([['hello']])
  })

  it('have the errors of their source as they are', async () => {
    const fault = new Error('the disk is on fire')
    const source = {
      sizeBytes: 100,
      async *read() {
        yield gzipSync('a\n').subarray(0, 10)
        throw fault
      },
    }
    await expect(recordsOf({ ...csv, compression: 'GZIP' }, source)).rejects.toBe(fault)
    await expect(recordsOf({ ...csv, compression: 'BZIP2' }, source)).rejects.toBe(fault)
  })

  it('of a bomb are an error before they take memory', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 'a'))
    let processed = 0
    const reading = recordsOf(
      { ...json, compression: 'GZIP' },
      objectOf(gzipSync(`"${'a'.repeat(50_000_000)}"`)),
      {
        processed: (bytes) => (processed += bytes),
      },
    )
    await expect(reading).rejects.toEqual(failure('OverMaxRecordSize'))
    expect(processed).toBeLessThan(3_000_000)
    await expect(rowsOf({ ...csv, compression: 'GZIP' }, objectOf(bomb))).rejects.toEqual(
      failure('OverMaxRecordSize'),
    )
  })

  it.each<Compression>(['NONE', 'GZIP', 'BZIP2'])(
    'with %s are no longer read once nobody asks',
    async (compression) => {
      let isClosed = false
      const content = {
        NONE: Buffer.from('a\n'.repeat(1_000_000)),
        GZIP: gzipSync('a\n'.repeat(1_000_000)),
        BZIP2: bzip2.twoStreams,
      }
      const inner = objectOf(content[compression], 100)
      const source = {
        sizeBytes: inner.sizeBytes,
        async *read(start: number, end: number) {
          try {
            yield* inner.read(start, end)
          } finally {
            isClosed = true
          }
        },
      }
      const options = { path: [], scanRange: undefined, scanned() {}, processed() {} }
      for await (const batch of readRecords({ ...csv, compression }, source, options))
        if (batch.length > 0) break
      await new Promise(setImmediate)
      expect(isClosed).toBe(true)
    },
  )
})
