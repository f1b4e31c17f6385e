import { ParameterError } from '../check-parameters.ts'

/** Bytes that can be read from anywhere, as often as need be. */
export interface ByteSource {
  readonly sizeBytes: number
  /** Changes when the bytes do, as far as can be told; `undefined` where nothing can. */
  readonly modified: string | undefined
  /** From `start` to before `end`; rejects where the source has become shorter. */
  read(start: number, end: number): Promise<Uint8Array>
  close(): Promise<void>
}

/** A `Blob` or a `File`, in a browser and in Node. Throws {@link ParameterError} where it is neither. */
export function blobSource(blob: Blob): ByteSource {
  if (!(blob instanceof Blob)) throw new ParameterError('What is uploaded must be a path, a File or a Blob')
  return {
    sizeBytes: blob.size,
    modified: 'lastModified' in blob ? String(blob.lastModified) : undefined,
    read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
    close: async () => {},
  }
}

export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.byteLength,
    modified: undefined,
    // The SDK knows only those of its own realm.
    read: async (start, end) => new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start),
    close: async () => {},
  }
}
