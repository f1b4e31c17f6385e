/**
 * Prints how fast the files engine writes and reads, each beside the bare loop that does the same and no more, in
 * turns. `node bench/micro/blobs.ts [directory]`; the folder should be on the disk that matters.
 */
import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFileBlobs } from '../../packages/server/src/blobs/engines/files.ts'
import { median, pairedRatio } from '../base/statistics.ts'

const MIB = 2 ** 20
const CHUNK_BYTES = 64 * 1024
const ROUNDS = 15
const never = new AbortController().signal

/** Chunks as a socket gives them: fresh memory, one turn of the event loop each few. */
async function* received(
  sizeBytes: number,
  digest?: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for (let left = sizeBytes; left > 0; left -= CHUNK_BYTES) {
    const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, left)).fill(left & 255)
    digest?.update(chunk)
    if ((left / CHUNK_BYTES) % 4 === 0) await new Promise(setImmediate)
    yield chunk
  }
}

async function inTurns(
  title: string,
  bytes: number,
  runs: Record<string, () => Promise<void>>,
): Promise<void> {
  const names = Object.keys(runs)
  const times = new Map(names.map((name) => [name, [] as number[]]))
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of names) {
      const start = performance.now()
      await runs[name]?.()
      // The first round warms up.
      if (round > 0) times.get(name)?.push(performance.now() - start)
    }
  }
  console.log(title)
  const floor = times.get(names[0] ?? '') ?? []
  for (const [name, values] of times) {
    const speed = bytes / 1e3 / median(values)
    console.log(
      `  ${name.padEnd(32)} ${speed.toFixed(0).padStart(6)} MB/s  ${median(values).toFixed(1).padStart(7)} ms` +
        `  ${pairedRatio(floor, values).toFixed(2)} of the floor`,
    )
  }
}

const root = await fs.mkdtemp(join(process.argv[2] ?? tmpdir(), 'holdfast-blobs-'))
try {
  const store = await openFileBlobs({ directory: join(root, 'blobs') })
  const bare = join(root, 'bare')

  const writeBare = async (size: number, digest = false): Promise<void> => {
    const hash = digest ? createHash('md5') : undefined
    const file = await fs.open(bare, 'w')
    for await (const chunk of received(size, hash)) await file.write(chunk)
    await file.datasync()
    await file.close()
    await fs.unlink(bare)
  }
  const writeBlob = async (size: number, digest = false): Promise<void> => {
    const { id } = await store.write(received(size, digest ? createHash('md5') : undefined), never)
    await store.remove(id)
  }
  for (const size of [64 * MIB, 8 * MIB, 128 * 1024]) {
    await inTurns(`write ${size / MIB} MiB, durable`, size, {
      'bare write and sync': () => writeBare(size),
      blob: () => writeBlob(size),
    })
    await inTurns(`write ${size / MIB} MiB with its MD5, durable`, size, {
      'bare write and sync, MD5': () => writeBare(size, true),
      'blob, MD5': () => writeBlob(size, true),
    })
  }

  for (const size of [64 * MIB, MIB, 128 * 1024]) {
    const { id } = await store.write(received(size), never)
    const path = join(root, 'blobs', id.slice(0, 2), id)
    const times = Math.max(1, (8 * MIB) / size)
    const buffer = Buffer.allocUnsafeSlow(512 * 1024)
    const readBare = async (): Promise<void> => {
      for (let time = 0; time < times; time++) {
        const file = await fs.open(path)
        for (let position = 0; position < size;) {
          position += (await file.read(buffer, 0, buffer.length, position)).bytesRead
          await new Promise(setImmediate)
        }
        await file.close()
      }
    }
    const readBlob = async (): Promise<void> => {
      for (let time = 0; time < times; time++) {
        for await (const chunk of store.read(id, { start: 0, end: size }, never)) {
          if (chunk.length > 0) await new Promise(setImmediate)
        }
      }
    }
    await inTurns(`read ${size / MIB} MiB, cached`, size * times, { 'bare read': readBare, blob: readBlob })
  }

  const small = 64 * 1024
  await inTurns('write 64 KiB, durable, 64 in flight, 512 blobs', small * 512, {
    'bare write and sync': async () => {
      await inFlight(512, 64, async (index) => {
        const file = await fs.open(`${bare}${index}`, 'w')
        for await (const chunk of received(small)) await file.write(chunk)
        await file.datasync()
        await file.close()
        await fs.unlink(`${bare}${index}`)
      })
    },
    blob: () => inFlight(512, 64, () => writeBlob(small)),
  })
} finally {
  await fs.rm(root, { recursive: true })
}

async function inFlight(count: number, width: number, run: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < count) await run(next++)
    }),
  )
}
