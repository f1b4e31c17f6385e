import { openSink } from './platform.ts'
import type { ByteSink } from './byte-sink.ts'

/** A file of a browser, as its file picker gives it. */
export interface FileHandle {
  createWritable(): Promise<{
    write(bytes: Uint8Array & { readonly buffer: ArrayBuffer }): Promise<void>
    close(): Promise<void>
    abort(): Promise<void>
  }>
}

/** A file that is to be written: a path in Node, a `FileSystemFileHandle` in a browser. */
export type FileTarget = string | FileHandle

/** Opens a file that takes its place, whole, when it is finished. */
export async function fileSink(target: FileTarget): Promise<ByteSink> {
  if (typeof target === 'string') return openSink(target)
  const file = await target.createWritable()
  return {
    write: eachChunk((chunk) => file.write(chunk as Uint8Array & { readonly buffer: ArrayBuffer })),
    finish: () => file.close(),
    discard: () => file.abort(),
  }
}

/** A writable stream of Node, as far as it is used here. */
export interface NodeWritable {
  write(bytes: Uint8Array, done: (error?: Error | null) => void): unknown
}

/** A stream that bytes can be written to: the web's or Node's. */
export type DownloadTarget = WritableStream<Uint8Array> | NodeWritable

/** A sink into a stream, which stays open and keeps what it was given. */
export function streamSink(target: DownloadTarget): ByteSink {
  if (!('getWriter' in target)) {
    const write = (bytes: Uint8Array) =>
      new Promise<void>((resolve, reject) => {
        target.write(bytes, (error) => (error ? reject(error) : resolve()))
      })
    return { write: eachChunk(write), finish: async () => {}, discard: async () => {} }
  }
  const writer = target.getWriter()
  const release = async () => writer.releaseLock()
  return { write: eachChunk((chunk) => writer.write(chunk)), finish: release, discard: release }
}

function eachChunk(write: (chunk: Uint8Array) => Promise<void>): ByteSink['write'] {
  return async (chunks) => {
    for (const chunk of chunks) await write(chunk)
  }
}
