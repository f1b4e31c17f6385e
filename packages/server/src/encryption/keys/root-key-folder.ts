import { dirname, join } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import type { Disk } from '../../base/disk.ts'
import type { Random } from '../../base/random.ts'
import { errorCode } from '../../base/storage-fault.ts'
import { readWholeFile, writeNewFile } from '../../base/whole-file.ts'
import { KeyServiceFault } from '../key-service-fault.ts'
import { KEY_BYTES } from '../sealed-size.ts'
import { MissingRootKey } from './missing-root-key.ts'
import { parseRootKey, type RootKey, type RootKeys } from './root-keys.ts'

const FILE_NAME = /^\d{8}$/
const FIRST_NAME = '00000001'

export interface RootKeyFolderOptions {
  readonly disk: Disk
  readonly random: Random
  readonly clock: Clock
  readonly directory: string
  /** Whether the first key is made where there is none; `MissingRootKey` otherwise. Default: it is. */
  readonly mayMake?: boolean
}

/**
 * Root keys as files, mode 0600, each named by its number and holding one key in base64; the highest number is the
 * newest. Files are only ever added or removed, so processes that do either at once cannot undo each other's work.
 */
export class RootKeyFolder implements RootKeys {
  readonly #options: RootKeyFolderOptions

  private constructor(options: RootKeyFolderOptions) {
    this.#options = options
  }

  /** Opens the folder; makes it, and the first key, where they are missing. */
  static async open(options: RootKeyFolderOptions): Promise<RootKeyFolder> {
    const folder = new RootKeyFolder(options)
    if (options.mayMake === false && !(await folder.#hasAny())) throw new MissingRootKey()
    await faults('open the root keys', async () => {
      await options.disk.makeDirectory(options.directory, 0o700)
      if ((await folder.#names()).length === 0) await folder.#write(FIRST_NAME)
      // Whoever made them may have died before this, and a root key must never be lost once it was used.
      await options.disk.syncDirectory(options.directory)
      await options.disk.syncDirectory(dirname(options.directory))
    })
    return folder
  }

  async #hasAny(): Promise<boolean> {
    try {
      return (await this.#names()).length > 0
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false
      throw new KeyServiceFault('unavailable', 'could not list the root keys', { cause: error })
    }
  }

  async newest(): Promise<RootKey> {
    const name = (await faults('list the root keys', () => this.#names())).at(-1)
    const key = name === undefined ? undefined : await this.#read(name)
    if (!key) throw new KeyServiceFault('unavailable', `no root key in ${this.#options.directory}`)
    return key
  }

  async find(id: Uint8Array): Promise<RootKey | undefined> {
    const names = await faults('list the root keys', () => this.#names())
    for (const name of names.toReversed()) {
      const key = await this.#read(name)
      if (key?.id.equals(id)) return key
    }
    return undefined
  }

  /** Makes a root key that is the newest from now on. Of processes that do this at once, all get the same one. */
  async add(): Promise<void> {
    await faults('add a root key', async () => {
      const last = Number((await this.#names()).at(-1) ?? 0)
      await this.#write(String(last + 1).padStart(FIRST_NAME.length, '0'))
      await this.#options.disk.syncDirectory(this.#options.directory)
    })
  }

  /**
   * Removes all keys but the newest, provided that it has been the newest for so long. Whoever calls it has made sure
   * that nothing is sealed under the others; the age is for processes that were just sealing something.
   */
  async removeReplaced(leastAgeMilliseconds: number): Promise<number> {
    const { disk, directory, clock } = this.#options
    return faults('remove root keys', async () => {
      const names = await this.#names()
      const newest = names.pop()
      if (newest === undefined) return 0
      const age = clock.now().getTime() - (await disk.modifiedAt(join(directory, newest))).getTime()
      if (age < leastAgeMilliseconds) return 0
      for (const name of names) await disk.remove(join(directory, name))
      await disk.syncDirectory(directory)
      return names.length
    })
  }

  async #names(): Promise<string[]> {
    const names = await this.#options.disk.list(this.#options.directory)
    return names.filter((name) => FILE_NAME.test(name)).sort()
  }

  async #read(name: string): Promise<RootKey | undefined> {
    const path = join(this.#options.directory, name)
    const text = await faults('read a root key', () => readWholeFile(this.#options.disk, path)).catch(
      goneIsNone,
    )
    if (text === undefined) return undefined
    const key = parseRootKey(text)
    if (!key)
      throw new KeyServiceFault('refused', `${path} is not a root key: expected base64 of ${KEY_BYTES} bytes`)
    return key
  }

  async #write(name: string): Promise<void> {
    const { disk, random, directory } = this.#options
    const text = `${random.bytes(KEY_BYTES).toString('base64')}\n`
    try {
      await writeNewFile(disk, random, join(directory, name), text, 0o600)
    } catch (error) {
      // Another process was first; its key is as good.
      if (errorCode(error) !== 'EEXIST') throw error
    }
  }
}

/** A file that was removed since the folder was listed. */
function goneIsNone(error: unknown): undefined {
  if (error instanceof KeyServiceFault && errorCode(error.cause) === 'ENOENT') return undefined
  throw error
}

async function faults<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof KeyServiceFault) throw cause
    throw new KeyServiceFault('unavailable', `could not ${doing}`, { cause })
  }
}
