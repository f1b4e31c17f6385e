import { ParameterError } from '../check-parameters.ts'

/** How far a transfer has come. */
export interface Progress {
  readonly transferredBytes: number
  /** `undefined` of a stream whose length is not known. */
  readonly totalBytes: number | undefined
}

/** How bytes are sent or fetched. The defaults are boto3's. */
export interface TransferOptions {
  /** The size of a part or range. Default 8 MiB; made larger where the object would need more than 10,000 parts. */
  readonly partSizeBytes?: number | undefined
  /** From this size on, parts. Default 8 MiB. A stream of unknown length goes in parts once it exceeds one. */
  readonly thresholdBytes?: number | undefined
  /** So many requests at a time; as many parts are held in memory. Default 10. */
  readonly concurrency?: number | undefined
  /** Told after each part, and at the end. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Ends the transfer, which rejects with the signal's reason. */
  readonly abortSignal?: AbortSignal | undefined
}

export const MEBIBYTE = 1024 * 1024
const MAXIMUM_PARTS = 10_000

/** All that any transfer takes. */
const NAMES = new Set([
  'partSizeBytes',
  'thresholdBytes',
  'concurrency',
  'onProgress',
  'abortSignal',
  'resume',
  'sourceClient',
])

/** The options with their defaults, for an object of that size. Throws {@link ParameterError} for numbers that are none of theirs. */
export function withDefaults(options: TransferOptions, totalBytes: number | undefined) {
  const unknown = Object.keys(options).find((name) => !NAMES.has(name))
  if (unknown !== undefined)
    throw new ParameterError(`${unknown} is no option of a transfer; must be one of ${[...NAMES].join(', ')}`)
  for (const name of ['partSizeBytes', 'concurrency'] as const) {
    const value = options[name]
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0))
      throw new ParameterError(`${name} must be a whole number above 0`)
  }
  if (Number.isNaN(options.thresholdBytes)) throw new ParameterError('thresholdBytes must be a number')
  const { partSizeBytes = 8 * MEBIBYTE, concurrency = 10 } = options
  // Nothing has no parts.
  const thresholdBytes = Math.max(1, options.thresholdBytes ?? 8 * MEBIBYTE)
  const leastBytes = Math.ceil((totalBytes ?? 0) / MAXIMUM_PARTS)
  return { partSizeBytes: Math.max(partSizeBytes, leastBytes), thresholdBytes, concurrency }
}

/** Counts bytes and tells of them. */
export function progressOf({ onProgress }: TransferOptions, totalBytes: number | undefined) {
  let transferredBytes = 0
  return (bytes: number) => {
    transferredBytes += bytes
    onProgress?.({ transferredBytes, totalBytes })
  }
}
