import { bufferOf } from './buffer-of.ts'
import { createHash, hash } from 'node:crypto'
import { createRequire } from 'node:module'
import { isMainThread } from 'node:worker_threads'
import { crc32 } from 'node:zlib'

/** A digest over bytes that come in pieces. */
export interface Checksum {
  /** Takes the next bytes; they may be reused as soon as it returns. */
  update(chunk: Uint8Array): void
  /** The digest of all bytes so far, CRCs big-endian. Call it once, last. */
  digest(): Buffer
}

interface Engine {
  readonly digestBytes: number
  start(): Checksum
  /** The whole input at once; cheaper than `start` for what is already in memory. */
  once(bytes: Uint8Array): Buffer
}

/** The algorithms by the names S3 gives them; adding one is one entry here. */
const engines = {
  CRC32: wordCrc(crc32),
  CRC32C: wordCrc((bytes, previous) => native().crc32c(bytes, previous)),
  CRC64NVME: { digestBytes: 8, start: () => new Crc64(), once: onceCrc64 },
  MD5: cryptographic('md5', 16),
  SHA1: cryptographic('sha1', 20),
  SHA256: cryptographic('sha256', 32),
  SHA512: cryptographic('sha512', 64),
  XXHASH64: xxHash('XXHash64', 8),
  XXHASH3: xxHash('XXHash3', 8),
  XXHASH128: xxHash('XXHash128', 16),
} as const satisfies Record<string, Engine>

export type ChecksumAlgorithm = keyof typeof engines

export const CHECKSUM_ALGORITHMS = Object.keys(engines) as readonly ChecksumAlgorithm[]

/** Length of an algorithm's digest in bytes. */
export function digestBytes(algorithm: ChecksumAlgorithm): number {
  return engines[algorithm].digestBytes
}

/** A fresh checksum for bytes that come in pieces. */
export function createChecksum(algorithm: ChecksumAlgorithm): Checksum {
  return engines[algorithm].start()
}

/** The digest of bytes in memory. */
export function checksumOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): Buffer {
  return engines[algorithm].once(bytes)
}

/** What is used of `aws-crt`; its own types refuse a plain Uint8Array, which the code behind them takes. */
interface Native {
  crc32c(bytes: Uint8Array, previous: number): number
  crc64nvme(bytes: Uint8Array, previous?: DataView): DataView
}

let loaded: Native | undefined

/**
 * The CRCs that Node lacks. Loaded on first use, since that takes about 60 ms and 13 MB; only the checksum module,
 * since the package's index brings its HTTP and MQTT clients along.
 */
function native(): Native {
  return (loaded ??= loadNative())
}

function loadNative(): Native {
  const module = createRequire(import.meta.url)('aws-crt/dist/native/checksums.js') as Native
  if (isMainThread) dieByAbort()
  return module
}

/**
 * Takes away what aws-crt does when the process aborts, as V8 does without memory: it ends the process as at its regular end, while
 * other threads go on, and what came of that may neither end nor serve. Node puts back the system's own way, which is to die, when
 * the last listener of a signal goes.
 */
function dieByAbort(): void {
  const listener = (): void => {}
  process.on('SIGABRT', listener).removeListener('SIGABRT', listener)
}

/** aws-crt sees to the process when it is loaded for the first time, so that is not to be in another thread. */
export function loadCrcsFirst(): void {
  native()
}

interface NativeXxHash {
  new (seed: Buffer): { update(bytes: Uint8Array): void; digest(): Buffer }
  hash(bytes: Uint8Array): Buffer
}

type XxHashes = Readonly<Record<'XXHash64' | 'XXHash3' | 'XXHash128', NativeXxHash>>

let loadedXxHashes: XxHashes | undefined

/** Loaded on first use: few clients ask for these. */
function xxHashes(): XxHashes {
  loadedXxHashes ??= createRequire(import.meta.url)('xxhash-addon') as XxHashes
  return loadedXxHashes
}

const NO_SEED = Buffer.alloc(8)

/** Digests in the canonical form, big-endian, of the seed zero: as the AWS SDKs make them. */
function xxHash(name: keyof XxHashes, digestBytes: number): Engine {
  return {
    digestBytes,
    start: () => new (xxHashes()[name])(NO_SEED),
    once: (bytes) => xxHashes()[name].hash(bytes),
  }
}

function cryptographic(name: string, digestBytes: number): Engine {
  return {
    digestBytes,
    start() {
      const state = createHash(name)
      return { update: (chunk) => void state.update(chunk), digest: () => state.digest() }
    },
    // As a string first: memory of its own for a few bytes costs more.
    once: (bytes) => Buffer.from(hash(name, bytes, 'latin1'), 'latin1'),
  }
}

function wordCrc(step: (bytes: Uint8Array, previous: number) => number): Engine {
  return {
    digestBytes: 4,
    start() {
      let crc = 0
      return {
        update(chunk) {
          crc = step(chunk, crc)
        },
        digest: () => bigEndian(crc),
      }
    },
    once: (bytes) => bigEndian(step(bytes, 0)),
  }
}

function bigEndian(word: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE(word)
  return bytes
}

class Crc64 implements Checksum {
  /** Big-endian, as the native code takes and returns it. */
  #crc: DataView = new DataView(new ArrayBuffer(8))

  update(chunk: Uint8Array): void {
    this.#crc = native().crc64nvme(chunk, this.#crc)
  }

  digest(): Buffer {
    return bufferOf(this.#crc)
  }
}

function onceCrc64(bytes: Uint8Array): Buffer {
  return bufferOf(native().crc64nvme(bytes))
}
