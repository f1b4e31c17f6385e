import { join } from 'node:path'
import { systemDisk } from '../../base/disk.ts'
import { type FileIdentity, identifyFile, isSameFile } from '../../base/file-identity.ts'
import type { Random } from '../../base/random.ts'
import { errorCode } from '../../base/storage-fault.ts'
import { readWholeFile, writeNewFile } from '../../base/whole-file.ts'

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

  static async look(directory: string, random: Random): Promise<DataFile> {
    const file = await identifyFile(join(directory, 'data.mdb'))
    if (!file) return new DataFile(directory, random, 'absent')
    const record = await readRecord(join(directory, RECORD_FILE))
    if (!record) return new DataFile(directory, random, 'unknown')
    if (!isSameFile(record, file)) return new DataFile(directory, random, 'other')
    return new DataFile(directory, random, 'same', record)
  }

  /** Names the file, and remembers it where it was not known; once it is there, and is what the store goes on with. */
  async remember(): Promise<string> {
    if (this.#record) return this.#record.id
    const file = await identifyFile(join(this.#directory, 'data.mdb'))
    const record = { id: this.#random.bytes(8).toString('hex'), ...file, inode: file?.inode ?? '' }
    this.#record = await this.#write(record)
    return this.#record.id
  }

  async #write(record: DataFileRecord): Promise<DataFileRecord> {
    const path = join(this.#directory, RECORD_FILE)
    const text = `${JSON.stringify(record)}\n`
    if (this.state === 'other') {
      const temporary = `${path}.${record.id}`
      await writeNewFile(systemDisk, this.#random, temporary, text, 0o600)
      await systemDisk.rename(temporary, path)
      await systemDisk.syncDirectory(this.#directory)
    } else {
      await writeNewFile(systemDisk, this.#random, path, text, 0o600).catch((error: unknown) => {
        // Of processes that start at once one is first.
        if (errorCode(error) !== 'EEXIST') throw error
      })
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
