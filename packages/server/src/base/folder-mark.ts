import { dirname, join } from 'node:path'
import type { Disk } from './disk.ts'
import type { Random } from './random.ts'
import { errorCode } from './storage-fault.ts'
import { readFileIfThere, writeNewFile } from './whole-file.ts'

/** The file that says whose a folder is. */
export const MARK_FILE = 'store.json'

/** Which store a folder belongs to, and as what. */
export interface FolderMark {
  /** 32 lower-case hex digits. */
  readonly storeId: string
  /** `blobs`, `root-keys`, or the name of a storage class. */
  readonly place: string
  /** Of a folder outside the data folder: which data folder uses it. */
  readonly home?: FolderHome | undefined
}

export interface FolderHome {
  /** The data folder's real path. */
  readonly path: string
  /** Which file its metadata are (`fileIdentity`); absent where they are no file. */
  readonly file?: string | undefined
}

/** `undefined` where there is no such folder, or one without a mark. Throws for a mark that cannot be read. */
export async function readMark(disk: Disk, directory: string): Promise<FolderMark | undefined> {
  const path = join(directory, MARK_FILE)
  const text = await readFileIfThere(disk, path)
  if (text === undefined) return undefined
  const mark = parseMark(text)
  if (!mark)
    throw new Error(`${path} does not say whose the folder is. Restore it from a backup of the folder.`)
  return mark
}

function parseMark(text: string): FolderMark | undefined {
  try {
    const mark = JSON.parse(text) as FolderMark
    return typeof mark.storeId === 'string' && typeof mark.place === 'string' ? mark : undefined
  } catch {
    return undefined
  }
}

/** Marks a folder that has no mark, durably; returns the mark it has now: of processes that do this at once, one wins. */
export async function writeMark(
  disk: Disk,
  random: Random,
  directory: string,
  mark: FolderMark,
): Promise<FolderMark> {
  try {
    await writeNewFile(disk, random, join(directory, MARK_FILE), textOf(mark), 0o600)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
  return (await readMark(disk, directory)) ?? mark
}

/** Puts another mark in place of the one there is. */
export async function replaceMark(
  disk: Disk,
  random: Random,
  directory: string,
  mark: FolderMark,
): Promise<void> {
  const path = join(directory, MARK_FILE)
  const temporary = `${path}.${random.bytes(8).toString('hex')}`
  await writeNewFile(disk, random, temporary, textOf(mark), 0o600)
  await disk.rename(temporary, path)
  await disk.syncDirectory(dirname(path))
}

function textOf(mark: FolderMark): string {
  return `${JSON.stringify(mark, undefined, 2)}\n`
}
