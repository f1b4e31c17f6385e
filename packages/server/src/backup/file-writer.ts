import { createHash } from 'node:crypto'
import type { Disk, DiskFile } from '../base/disk.ts'

const GATHER_BYTES = 2 ** 20

/** What was written. */
export interface WrittenFile {
  readonly sizeBytes: number
  /** Hex. */
  readonly sha256: string
}

/**
 * Writes a file under a temporary name: it gets its own when it is whole and durable. The folder's entry is durable once the
 * folder was synced.
 */
export class FileWriter {
  readonly #disk: Disk
  readonly #temporaryPath: string
  readonly #file: DiskFile
  readonly #hash = createHash('sha256')
  #gathered: Buffer | undefined
  #gatheredBytes = 0
  sizeBytes = 0

  private constructor(disk: Disk, temporaryPath: string, file: DiskFile) {
    this.#disk = disk
    this.#temporaryPath = temporaryPath
    this.#file = file
  }

  static async create(disk: Disk, temporaryPath: string): Promise<FileWriter> {
    return new FileWriter(disk, temporaryPath, await disk.create(temporaryPath, 0o600))
  }

  /** The bytes may be reused once it resolves; `undefined` where there is nothing to wait for. */
  add(bytes: Uint8Array): Promise<void> | undefined {
    this.sizeBytes += bytes.length
    if (bytes.length >= GATHER_BYTES) return this.#write(bytes)
    this.#gathered ??= Buffer.allocUnsafe(2 * GATHER_BYTES)
    this.#gathered.set(bytes, this.#gatheredBytes)
    this.#gatheredBytes += bytes.length
    return this.#gatheredBytes >= GATHER_BYTES ? this.#flush() : undefined
  }

  /** Gives it its name, which may follow from what was written. */
  async finish(pathOf: (written: WrittenFile) => string): Promise<WrittenFile> {
    await this.#flush()
    await this.#file.sync()
    await this.#file.close()
    const written = { sizeBytes: this.sizeBytes, sha256: this.#hash.digest('hex') }
    await this.#disk.rename(this.#temporaryPath, pathOf(written))
    return written
  }

  /** For one that comes to nothing. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined)
    await this.#disk.remove(this.#temporaryPath).catch(() => undefined)
  }

  async #flush(): Promise<void> {
    const gathered = this.#gathered?.subarray(0, this.#gatheredBytes)
    this.#gatheredBytes = 0
    if (gathered && gathered.length > 0) await this.#append(gathered)
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#flush()
    await this.#append(bytes)
  }

  async #append(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes)
    await this.#file.append([bytes])
  }
}
