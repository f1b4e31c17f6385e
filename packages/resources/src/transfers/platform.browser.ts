import type { ByteSource } from './byte-source.ts'
import type { ByteSink } from './byte-sink.ts'
import type { RecordStore } from './upload-record.ts'

// `platform.ts` where there is no Node. Paths mean nothing here.

export async function openSource(path: string): Promise<ByteSource> {
  throw noFiles(path, 'give a File or a Blob')
}

export async function openSink(path: string): Promise<ByteSink> {
  throw noFiles(path, 'give a FileSystemFileHandle')
}

export function recordFile(path: string): RecordStore {
  throw noFiles(path, 'give a RecordStore')
}

export function expectListeners(_signal: AbortSignal): void {}

export const nativeCrc32: ((bytes: Uint8Array, seed: number) => number) | undefined = undefined

function noFiles(path: string, remedy: string): TypeError {
  return new TypeError(`Here is no file system to find ${path} in: ${remedy}`)
}
