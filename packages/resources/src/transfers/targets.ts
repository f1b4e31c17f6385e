import { ParameterError } from '../check-parameters.ts'
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
  if (!has(target, 'createWritable'))
    throw new ParameterError('What a download goes to must be a path or a FileSystemFileHandle')
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
  on?(event: 'error', listener: (error: Error) => void): unknown
}

/** A stream that bytes can be written to: the web's or Node's. */
export type DownloadTarget = WritableStream<Uint8Array> | NodeWritable

/** A sink into a stream, which stays open and keeps what it was given. Throws {@link ParameterError} where it is none. */
export function streamSink(target: DownloadTarget): ByteSink {
  if (has(target, 'getWriter')) {
    let writer: WritableStreamDefaultWriter<Uint8Array> | undefined
    const release = async () => writer?.releaseLock()
    const write = (chunk: Uint8Array) => (writer ??= target.getWriter()).write(chunk)
    return { write: eachChunk(write), finish: release, discard: release }
  }
  if (!has(target, 'write')) throw new ParameterError('What a download goes to must be a stream to write to')
  return nodeSink(target)
}

function nodeSink(target: NodeWritable): ByteSink {
  let failure: Error | undefined
  target.on?.('error', (error) => (failure ??= error))
  const write = (bytes: Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      if (failure) return reject(failure)
      target.write(bytes, (error) => (error ? reject(failure ?? error) : resolve()))
    })
  const settled = async () => {
    if (failure) throw failure
  }
  return { write: eachChunk(write), finish: settled, discard: async () => {} }
}

function has<Name extends string>(target: unknown, name: Name): target is Record<Name, () => unknown> {
  return typeof target === 'object' && target !== null && name in target
}

function eachChunk(write: (chunk: Uint8Array) => Promise<void>): ByteSink['write'] {
  return async (chunks) => {
    for (const chunk of chunks) await write(chunk)
  }
}
