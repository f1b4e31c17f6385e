import { join } from 'node:path'
import type { AccessKey } from '../access/accounts.ts'
import type { Disk } from '../base/disk.ts'
import type { Random } from '../base/random.ts'
import { errorCode } from '../base/storage-fault.ts'
import { readWholeFile, writeNewFile } from '../base/whole-file.ts'
import { type Config, completeConfig } from './config.ts'
import { parseConfig } from './parse-config.ts'

/** The account of a server that was given no config. It keeps its id, so that it keeps its buckets. */
const FIRST_ACCOUNT = { id: '100000000001', name: 'main' }

export const CREDENTIALS_FILE = 'credentials.json'

export interface FirstStart {
  readonly config: Config
  /** Whether this call made the access key; then it is shown to the person, and never again. */
  readonly created: boolean
  /** The file that holds the access key. */
  readonly credentialsPath: string
}

/**
 * The config of a server that was given none: one account, whose random access key lies in the data folder
 * (`credentials.json`, mode 0600, itself a valid config) and is the same on every start. Processes that start at once
 * agree on one.
 */
export async function firstStart(disk: Disk, random: Random, dataDirectory: string): Promise<FirstStart> {
  const credentialsPath = join(dataDirectory, CREDENTIALS_FILE)
  const known = await readCredentials(disk, credentialsPath)
  if (known) return { config: known, created: false, credentialsPath }
  await disk.makeDirectory(dataDirectory, 0o700)
  const created = await writeCredentials(disk, random, credentialsPath)
  const config = await readCredentials(disk, credentialsPath)
  if (!config) throw new Error(`${credentialsPath} was removed while the server started; start it again`)
  return { config, created, credentialsPath }
}

/** The config of a server that was given none, for who only looks: one without an account in use where nothing is stored. */
export async function configOfFirstStart(disk: Disk, random: Random, dataDirectory: string): Promise<Config> {
  const known = await readCredentials(disk, join(dataDirectory, CREDENTIALS_FILE))
  return known ?? firstAccountWith(randomAccessKey(random))
}

/** The same account with an access key from elsewhere; nothing is stored. */
export function firstAccountWith(accessKey: AccessKey): Config {
  return completeConfig({ accounts: [{ ...FIRST_ACCOUNT, accessKeys: [accessKey] }] })
}

async function readCredentials(disk: Disk, path: string): Promise<Config | undefined> {
  try {
    return parseConfig(await readWholeFile(disk, path), path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Whether this process was the one that wrote them. */
async function writeCredentials(disk: Disk, random: Random, path: string): Promise<boolean> {
  const config = { accounts: [{ ...FIRST_ACCOUNT, accessKeys: [randomAccessKey(random)] }] }
  try {
    await writeNewFile(disk, random, path, `${JSON.stringify(config, undefined, 2)}\n`, 0o600)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** In AWS's form: an id of 20 characters and a secret of 40, which carries 200 bits. */
export function randomAccessKey(random: Random): AccessKey {
  return {
    accessKeyId: `HF${randomText(random, 18)}`,
    secretAccessKey: randomText(random, 40).toLowerCase(),
  }
}

/** 5 bits a character, letters and digits only: nothing for a shell or an URL to trip over. */
function randomText(random: Random, length: number): string {
  return Array.from(random.bytes(length), (byte) => LETTERS_AND_DIGITS.charAt(byte & 31)).join('')
}
