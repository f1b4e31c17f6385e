import { join } from 'node:path'
import { systemDisk } from '../../base/disk.ts'
import { type FileIdentity, identifyFile, isSameFile } from '../../base/file-identity.ts'
import type { Random } from '../../base/random.ts'
import { errorCode, StorageFault } from '../../base/storage-fault.ts'
import { readWholeFile, writeNewFile } from '../../base/whole-file.ts'
import { checkLmdbPages } from '../../metadata/engines/lmdb-pages.ts'
import { tornMetadata } from './store-refusal.ts'

/** What is remembered of the file that the metadata are in, beside it. */
interface DataFileRecord extends FileIdentity {
  /** By chance: it names this very file, which a copy is not. */
  readonly id: string
}

/** How a store's data file is found. `other`: not the one that was last used here, so a copy, or restored. */
export type DataFileState = 'absent' | 'same' | 'unknown' | 'other'

/** The data file of a folder of metadata: LMDB's own, always on the system's disk. */
export class DataFile {
  readonly #directory: string
  readonly #random: Random
  readonly state: DataFileState
  #record: DataFileRecord | undefined

  private constructor(directory: string, random: Random, state: DataFileState, record?: DataFileRecord) {
    this.#directory = directory
    this.#random = random
    this.state = state
    this.#record = record
  }

  /**
   * Looks at the file before it is opened. One that may be a copy is read whole, so that LMDB, which may end the process for
   * what is no data file, meets none: `StoreRefusal` for one that was damaged or copied while it was written.
   */
  static async check(directory: string, random: Random): Promise<DataFile> {
    const dataFile = await DataFile.look(directory, random)
    if (dataFile.state === 'absent' || dataFile.state === 'same') return dataFile
    try {
      await checkLmdbPages(systemDisk, join(directory, 'data.mdb'))
    } catch (error) {
      if (!(error instanceof StorageFault) || error.kind !== 'corrupt') throw error
      throw tornMetadata(error.message)
    }
    return dataFile
  }

  static async look(directory: string, random: Random): Promise<DataFile> {
    const file = await identifyFile(join(directory, 'data.mdb'))
    if (!file) return new DataFile(directory, random, 'absent')
    const record = await readRecord(join(directory, RECORD_FILE))
    if (!record) return new DataFile(directory, random, 'unknown')
    if (!isSameFile(record, file)) return new DataFile(directory, random, 'other')
    return new DataFile(directory, random, 'same', record)
  }

  /** A name of this very file, which a copy does not have. That of a copy counts once it is remembered. */
  async name(): Promise<string> {
    if (!this.#record) {
      const file = await identifyFile(join(this.#directory, 'data.mdb'))
      this.#record = { id: this.#random.bytes(8).toString('hex'), inode: '', ...file }
      if (this.state !== 'other') this.#record = await this.#writeFirst(this.#record)
    }
    return this.#record.id
  }

  /** From now on the file is the one that the store goes on with. */
  async remember(): Promise<void> {
    const path = join(this.#directory, RECORD_FILE)
    if (this.state !== 'other' || !this.#record) return
    const temporary = `${path}.${this.#record.id}`
    await writeNewFile(systemDisk, this.#random, temporary, `${JSON.stringify(this.#record)}\n`, 0o600)
    await systemDisk.rename(temporary, path)
    await systemDisk.syncDirectory(this.#directory)
  }

  /** Of processes that start at once, one is first. */
  async #writeFirst(record: DataFileRecord): Promise<DataFileRecord> {
    const path = join(this.#directory, RECORD_FILE)
    try {
      await writeNewFile(systemDisk, this.#random, path, `${JSON.stringify(record)}\n`, 0o600)
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
    return (await readRecord(path)) ?? record
  }
}

const RECORD_FILE = 'file.json'

async function readRecord(path: string): Promise<DataFileRecord | undefined> {
  try {
    return JSON.parse(await readWholeFile(systemDisk, path)) as DataFileRecord
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}
