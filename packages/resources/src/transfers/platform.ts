import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { appendFile, type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as zlib from 'node:zlib'
import { ParameterError } from '../check-parameters.ts'
import type { ByteSource } from './byte-source.ts'
import type { ByteSink } from './byte-sink.ts'
import type { RecordStore } from './upload-record.ts'

/** Of a file's name, on all file systems in use. */
const MAXIMUM_NAME_BYTES = 255

// What only Node has. `platform.browser.ts` takes this file's place in a browser.

/** Opens a file for reading. Throws {@link ParameterError} where it is a pipe or the like, whose length nobody knows. */
export async function openSource(path: string): Promise<ByteSource> {
  if (!(await stat(path)).isFile())
    throw new ParameterError(`${path} is no regular file: give uploadFileobj a stream of it`)
  const file = await open(path, 'r')
  const { size, mtimeMs } = await file.stat()
  return {
    sizeBytes: size,
    modified: String(mtimeMs),
    async read(start, end) {
      const bytes = new Uint8Array(end - start)
      for (let filled = 0; filled < bytes.length;) {
        const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled)
        if (bytesRead === 0) throw new Error(`${path} has become shorter while it was read`)
        filled += bytesRead
      }
      return bytes
    },
    close: () => file.close(),
  }
}

/** A new file beside `path` that takes its place when it is finished; a device or a pipe is written to as it is. */
export async function openSink(path: string): Promise<ByteSink> {
  const there = await stat(path).catch(() => undefined)
  if (there && !there.isFile() && !there.isDirectory()) return sinkInto(await open(path, 'w'))
  const partial = partialPath(path)
  const file = await open(partial, 'wx')
  const sink = sinkInto(file)
  return {
    ...sink,
    async finish() {
      await sink.finish()
      await rename(partial, path)
    },
    async discard() {
      await sink.discard()
      await rm(partial, { force: true })
    },
  }
}

function sinkInto(file: FileHandle): ByteSink {
  return {
    async write(chunks) {
      const { bytesWritten } = await file.writev(chunks)
      const sizeBytes = chunks.reduce((sum, { byteLength }) => sum + byteLength, 0)
      // The system took a part: the rest goes through, or gives the error, e.g. of a full disk.
      if (bytesWritten < sizeBytes) await file.writeFile(Buffer.concat(chunks).subarray(bytesWritten))
      for (const chunk of chunks) freeMemory(chunk)
    },
    finish: () => file.close(),
    discard: () => file.close(),
  }
}

/** A hidden name of its own in the same folder, and no longer than names may be. */
function partialPath(path: string): string {
  const suffix = `.${randomUUID()}.partial`
  let name = `.${basename(path)}`
  while (Buffer.byteLength(name + suffix) > MAXIMUM_NAME_BYTES) name = name.slice(0, -1)
  return join(dirname(path), name + suffix)
}

/**
 * Frees the memory of bytes that are done with. Left to the collector, a large download has it mark everything again and
 * again.
 */
function freeMemory({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer?.(0)
}

/** A record in a file. */
export function recordFile(path: string): RecordStore {
  return {
    async read() {
      try {
        return await readFile(path, 'utf8')
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      }
    },
    append: (text) => appendFile(path, text),
    remove: () => rm(path, { force: true }),
  }
}

/** Each request under way listens; Node 20 takes more than ten for a mistake, and says so. */
export function expectListeners(signal: AbortSignal): void {
  setMaxListeners(0, signal)
}

/** CRC-32 at the machine's speed, going on from `seed`. */
export const nativeCrc32: ((bytes: Uint8Array, seed: number) => number) | undefined = zlib.crc32
