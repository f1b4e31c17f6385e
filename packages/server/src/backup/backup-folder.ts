import { join } from 'node:path'
import type { Disk } from '../base/disk.ts'
import { makeDurableDirectory } from '../base/durable-directory.ts'
import type { Random } from '../base/random.ts'
import { errorCode } from '../base/storage-fault.ts'
import { readFileIfThere, writeNewFile } from '../base/whole-file.ts'
import { BackupRefusal } from './backup-refusal.ts'
import { FileWriter } from './file-writer.ts'
import {
  BACKUP_VERSION,
  indexesOf,
  type Moment,
  momentText,
  type NamedFiles,
  parseMoment,
  versionOf,
} from './moment.ts'

const MARK_FILE = 'backup.json'
/** There while a backup is made, and when one was cut off. */
const UNFINISHED_FILE = 'unfinished'
const MOMENTS = 'moments'
const ROWS = 'rows'
const TEMPORARY = 'tmp'
const MOMENT_NAME = /^(\d{8})\.moment$/

export interface BackupFolderOptions {
  readonly disk: Disk
  readonly random: Random
  readonly directory: string
}

interface Mark {
  readonly version: number
  readonly storeId: string
  /** Of the backup. Older ones have none. */
  readonly id?: string | undefined
}

/** The folder that holds the backups of one store (docs/format.md). */
export class BackupFolder {
  readonly #options: BackupFolderOptions
  readonly storeId: string
  /** Which of the store's backups it is. */
  readonly id: string

  private constructor(options: BackupFolderOptions, { storeId, id = storeId }: Mark) {
    this.#options = options
    this.storeId = storeId
    this.id = id
  }

  /** One that is there. Throws `BackupRefusal` where it is none. */
  static async open(options: BackupFolderOptions): Promise<BackupFolder> {
    const mark = await readMark(options)
    if (!mark)
      throw new BackupRefusal(
        `${options.directory} is no backup: it has no ${MARK_FILE}. Name the right folder.`,
      )
    return new BackupFolder(options, mark)
  }

  /** Of that very store: throws `BackupRefusal` for another's. */
  static async openOf(options: BackupFolderOptions, storeId: string): Promise<BackupFolder> {
    const folder = await BackupFolder.open(options)
    if (folder.storeId !== storeId) throw ofAnotherStore(options.directory)
    return folder
  }

  /** The same to write into; made where it is not there. Throws `BackupRefusal` for a folder with anything else in it. */
  static async prepare(options: BackupFolderOptions, storeId: string): Promise<BackupFolder> {
    const { disk, random, directory } = options
    await makeDurableDirectory(disk, directory, 0o700)
    if (!(await readMark(options))) {
      if ((await disk.list(directory)).some((name) => !name.endsWith('.tmp')))
        throw new BackupRefusal(
          `${directory} is not empty, and is no backup. Name an empty folder, or one that does not exist yet.`,
        )
      const text = `${JSON.stringify({ version: versionOf({}), storeId, id: random.bytes(8).toString('hex') })}\n`
      await writeNewFile(disk, random, join(directory, MARK_FILE), text, 0o600)
    }
    const folder = await BackupFolder.openOf(options, storeId)
    for (const name of [MOMENTS, ROWS, TEMPORARY]) await disk.makeDirectory(join(directory, name), 0o700)
    await disk.syncDirectory(directory)
    return folder
  }

  get disk(): Disk {
    return this.#options.disk
  }

  get directory(): string {
    return this.#options.directory
  }

  /** The numbers of all moments, oldest first. */
  async numbers(): Promise<number[]> {
    const names = await this.names(MOMENTS)
    const found = names.flatMap((name) => MOMENT_NAME.exec(name)?.[1] ?? [])
    return found.map(Number).toSorted((one, other) => one - other)
  }

  /** Throws `BackupRefusal` where there is no such moment, or its file is damaged. */
  async moment(number: number): Promise<Moment> {
    const path = this.#path(MOMENTS, momentFile(number))
    const text = await readFileIfThere(this.disk, path)
    if (text === undefined)
      throw new BackupRefusal(
        `There is no moment ${number} in ${this.directory}; --list shows what there is.`,
      )
    const moment = parseMoment(text, path)
    if (moment.storeId !== this.storeId) throw ofAnotherStore(path)
    return moment
  }

  /** The newest; throws `BackupRefusal` where there is none. */
  async newest(): Promise<Moment> {
    const number = (await this.numbers()).at(-1)
    if (number === undefined)
      throw new BackupRefusal(`${this.directory} holds no finished backup yet. Run holdfast backup again.`)
    return this.moment(number)
  }

  /** With it the moment is there. All that it names has to be durable. */
  async writeMoment(moment: Moment): Promise<void> {
    const path = this.#path(MOMENTS, momentFile(moment.number))
    await writeNewFile(this.disk, this.#options.random, path, momentText(moment), 0o600)
  }

  async removeMoment(number: number): Promise<void> {
    await this.remove(MOMENTS, momentFile(number))
    await this.disk.syncDirectory(join(this.directory, MOMENTS))
  }

  indexPath(number: number): string {
    return this.#path(MOMENTS, indexFile(number))
  }

  packPath(name: string): string {
    return this.#path(ROWS, name)
  }

  newPackName(): string {
    return `${this.#options.random.bytes(8).toString('hex')}.rows`
  }

  newFile(): Promise<FileWriter> {
    return FileWriter.create(this.disk, this.#path(TEMPORARY, this.#options.random.bytes(8).toString('hex')))
  }

  /** Makes the names of packs and indexes durable. */
  async syncRows(): Promise<void> {
    for (const name of [ROWS, MOMENTS]) await this.disk.syncDirectory(join(this.directory, name))
  }

  /** Whether a backup before was cut off. Notes that one is made now, and removes what the other left half written. */
  async begin(): Promise<boolean> {
    for (const name of await this.names(TEMPORARY)) await this.remove(TEMPORARY, name)
    const isUnfinished = (await this.disk.list(this.directory)).includes(UNFINISHED_FILE)
    if (!isUnfinished) await (await this.disk.create(join(this.directory, UNFINISHED_FILE), 0o600)).close()
    await this.disk.syncDirectory(this.directory)
    return isUnfinished
  }

  async end(): Promise<void> {
    await this.remove('.', UNFINISHED_FILE)
  }

  /** Removes packs and indexes that no moment names. */
  async removeStrayRows(moments: readonly NamedFiles[]): Promise<void> {
    const packs = new Set(moments.flatMap((moment) => moment.packs.map(({ name }) => name)))
    for (const name of await this.names(ROWS)) if (!packs.has(name)) await this.remove(ROWS, name)
    const indexes = new Set(moments.flatMap(indexesOf).map(({ number }) => indexFile(number)))
    for (const name of await this.names(MOMENTS)) {
      if (name.endsWith('.index') && !indexes.has(name)) await this.remove(MOMENTS, name)
    }
  }

  /** Names in a folder of it; none where that is not there. */
  async names(...folder: readonly string[]): Promise<string[]> {
    try {
      return await this.disk.list(this.#path(...folder))
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return []
      throw error
    }
  }

  async remove(...file: readonly string[]): Promise<void> {
    try {
      await this.disk.remove(this.#path(...file))
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
    }
  }

  #path(...parts: readonly string[]): string {
    return join(this.directory, ...parts)
  }
}

function momentFile(number: number): string {
  return `${String(number).padStart(8, '0')}.moment`
}

function indexFile(number: number): string {
  return `${String(number).padStart(8, '0')}.index`
}

async function readMark({ disk, directory }: BackupFolderOptions): Promise<Mark | undefined> {
  const path = join(directory, MARK_FILE)
  const text = await readFileIfThere(disk, path)
  if (text === undefined) return undefined
  const mark = parseMark(text)
  if (!mark) throw new BackupRefusal(`${path} does not say whose backup this is: it was changed or cut off.`)
  if (mark.version > BACKUP_VERSION)
    throw new BackupRefusal(`${directory} was made by a newer version of Holdfast. Use that version.`)
  return mark
}

function parseMark(text: string): Mark | undefined {
  try {
    const mark = JSON.parse(text) as Mark
    return typeof mark.storeId === 'string' && typeof mark.version === 'number' ? mark : undefined
  } catch {
    return undefined
  }
}

function ofAnotherStore(where: string): BackupRefusal {
  return new BackupRefusal(`${where} is a backup of another store. Name the folder of this store's backups.`)
}
