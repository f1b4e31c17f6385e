import type { DiskFile } from '../../base/disk.ts'
import { errorCode } from '../../base/storage-fault.ts'

/** Of a handle whose file another machine has removed, or put another one in place of (NFS). */
export function isStale(error: unknown): boolean {
  return errorCode(error) === 'ESTALE'
}

/** A blob's file that is read. Where its handle goes stale it is opened again by its name: what is there now are the same bytes. */
export class BlobFile implements Pick<DiskFile, 'read' | 'size' | 'close'> {
  readonly #open: () => Promise<DiskFile>
  #file: DiskFile

  private constructor(open: () => Promise<DiskFile>, file: DiskFile) {
    this.#open = open
    this.#file = file
  }

  static async open(open: () => Promise<DiskFile>): Promise<BlobFile> {
    return new BlobFile(open, await open().catch((error: unknown) => onceMore(error, open)))
  }

  read(buffer: Uint8Array, position: number): Promise<number> {
    return this.#steady((file) => file.read(buffer, position))
  }

  size(): Promise<number> {
    return this.#steady((file) => file.size())
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  #steady<T>(work: (file: DiskFile) => Promise<T>): Promise<T> {
    return work(this.#file).catch((error: unknown) =>
      onceMore(error, async () => {
        const stale = this.#file
        this.#file = await this.#open()
        await stale.close().catch(() => undefined)
        return work(this.#file)
      }),
    )
  }
}

function onceMore<T>(error: unknown, work: () => Promise<T>): Promise<T> {
  if (!isStale(error)) throw error
  return work()
}
