import { dirname, join } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import type { Disk } from '../../base/disk.ts'
import { errorCode } from '../../base/storage-fault.ts'
import type { BlobId, BlobQuarantine, QuarantinedBlob } from '../blob-store.ts'
import { attempt } from './attempt.ts'

export const QUARANTINE = 'quarantine'

const NAME = /^([0-9a-f]{32})\.(\d{1,16})$/

export interface FileQuarantineOptions {
  /** Of the blobs. */
  readonly directory: string
  readonly disk: Disk
  readonly clock: Clock
  /** Where a blob lies; `undefined` for what is no id. */
  readonly pathOf: (id: BlobId) => string | undefined
  readonly assertOurs: () => Promise<void>
}

/** `<directory>/quarantine/<id>.<when it was put there, in milliseconds since 1970>` */
export class FileQuarantine implements BlobQuarantine {
  readonly #options: FileQuarantineOptions
  readonly #directory: string

  constructor(options: FileQuarantineOptions) {
    this.#options = options
    this.#directory = join(options.directory, QUARANTINE)
  }

  async add(id: BlobId): Promise<void> {
    const path = this.#options.pathOf(id)
    if (path === undefined) return
    const to = join(this.#directory, `${id}.${this.#options.clock.now().getTime()}`)
    const isMoved = await attempt('set a blob aside', () => this.#move(path, to))
    if (!isMoved) await attempt('look for the folder of blobs', this.#options.assertOurs)
  }

  async *list(): AsyncGenerator<QuarantinedBlob> {
    await attempt('look for the folder of blobs', this.#options.assertOurs)
    for (const name of await this.#names()) {
      const [, id, since] = NAME.exec(name) ?? []
      if (id !== undefined) yield { id, sinceMilliseconds: Number(since) }
    }
  }

  async restore(id: BlobId): Promise<boolean> {
    const path = this.#options.pathOf(id)
    const name = (await this.#names()).find((known) => known.startsWith(`${id}.`))
    if (path === undefined || name === undefined) return false
    return attempt('put a blob back', () => this.#move(join(this.#directory, name), path))
  }

  async remove(id: BlobId): Promise<void> {
    for (const name of await this.#names()) {
      if (!name.startsWith(`${id}.`)) continue
      await attempt('remove a blob', () => this.#options.disk.remove(join(this.#directory, name)))
    }
  }

  /** Durably; false where there is nothing. */
  async #move(from: string, to: string): Promise<boolean> {
    const { disk } = this.#options
    try {
      await disk.rename(from, to)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false
      throw error
    }
    await disk.syncDirectory(dirname(to))
    await disk.syncDirectory(dirname(from))
    return true
  }

  async #names(): Promise<string[]> {
    try {
      return await this.#options.disk.list(this.#directory)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return []
      throw error
    }
  }
}
