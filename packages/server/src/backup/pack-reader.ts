import { crc32 } from 'node:zlib'
import type { DiskFile } from '../base/disk.ts'
import type { BackupFolder } from './backup-folder.ts'
import { BackupRefusal } from './backup-refusal.ts'
import type { Moment } from './moment.ts'
import { type IndexedRow, readAt } from './row-index.ts'

const WINDOW_BYTES = 2 ** 20

interface OpenPack {
  readonly file: DiskFile
  readonly sizeBytes: number
  window: Buffer
  windowStart: number
}

/** Reads the values of a moment's rows; those of each pack best in the order of their keys. */
export class PackReader {
  readonly #folder: BackupFolder
  readonly #moment: Moment
  readonly #open = new Map<number, OpenPack>()

  constructor(folder: BackupFolder, moment: Moment) {
    this.#folder = folder
    this.#moment = moment
  }

  /** Throws `BackupRefusal` where it is not what was written. The bytes are valid until the next is asked for. */
  async valueOf({ pack: number, offset, sizeBytes, crc }: IndexedRow): Promise<Buffer> {
    const pack = this.#open.get(number) ?? (await this.#openPack(number))
    if (offset + sizeBytes > pack.sizeBytes) throw this.#damaged(number)
    const isThere = offset >= pack.windowStart && offset + sizeBytes <= pack.windowStart + pack.window.length
    if (!isThere) {
      const bytes = Math.min(Math.max(WINDOW_BYTES, sizeBytes), pack.sizeBytes - offset)
      pack.window = await readAt(pack.file, offset, bytes)
      pack.windowStart = offset
    }
    const start = offset - pack.windowStart
    const value = pack.window.subarray(start, start + sizeBytes)
    if (crc32(value) !== crc) throw this.#damaged(number)
    return value
  }

  async close(): Promise<void> {
    for (const { file } of this.#open.values()) await file.close()
  }

  async #openPack(number: number): Promise<OpenPack> {
    const pack = this.#moment.packs[number]
    if (!pack) throw new BackupRefusal('The list of rows names a file that the moment does not have.')
    const file = await this.#folder.disk.openForRead(this.#folder.packPath(pack.name))
    const opened = { file, sizeBytes: pack.sizeBytes, window: Buffer.alloc(0), windowStart: 0 }
    this.#open.set(number, opened)
    return opened
  }

  #damaged(number: number): BackupRefusal {
    const name = this.#moment.packs[number]?.name ?? ''
    return new BackupRefusal(`${this.#folder.packPath(name)} has other bytes than were written.`)
  }
}
