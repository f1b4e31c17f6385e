/** Bytes from `start` to before `end`; `number` counts ranges from 1, as parts are counted. */
export interface ByteRange {
  readonly number: number
  readonly start: number
  readonly end: number
}

/** Cuts so many bytes into ranges of one size; the last has what is left. */
export function rangesOf(totalBytes: number, sizeBytes: number): ByteRange[] {
  return Array.from({ length: Math.ceil(totalBytes / sizeBytes) }, (_, index) => ({
    number: index + 1,
    start: index * sizeBytes,
    end: Math.min(totalBytes, (index + 1) * sizeBytes),
  }))
}

/** As HTTP writes it: both ends included. */
export function httpRange({ start, end }: ByteRange): string {
  return `bytes=${start}-${end - 1}`
}
