import { hash } from 'node:crypto'
import { BackupRefusal } from './backup-refusal.ts'

/** The newest version of a backup's files (docs/format.md). */
export const BACKUP_VERSION = 2
/** Of moments with a single index, and of all else. */
const FIRST_VERSION = 1

/** A file of rows that moments share: values, one after the other. */
export interface Pack {
  readonly name: string
  readonly sizeBytes: number
  /** Hex. */
  readonly sha256: string
  /** Of those bytes, what the moment still has use for. */
  readonly liveBytes: number
}

/** Packs with the bytes of each that a new moment has use for. */
export function withLiveBytes(
  packs: readonly Omit<Pack, 'liveBytes'>[],
  liveBytes: readonly number[],
): Pack[] {
  return packs.map(({ name, sizeBytes, sha256 }, at) => ({
    name,
    sizeBytes,
    sha256,
    liveBytes: liveBytes[at] ?? 0,
  }))
}

/** The file that tells all keys of a moment, and where the value of each is. */
export interface IndexFile {
  readonly sizeBytes: number
  readonly sha256: string
  /** Where the keys begin that name blobs. */
  readonly blobsStartByte: number
}

/** An index by the moment that it was written for. */
export interface NumberedIndex {
  readonly number: number
  readonly index: IndexFile
}

/**
 * The rows of a moment: those of its index, and of the indexes below, newest first, those that no newer one names. An index above others
 * also names rows that are gone.
 */
export interface NamedRows extends NumberedIndex {
  readonly below?: readonly NumberedIndex[] | undefined
}

/** The rows of a moment and the files that they are in. */
export interface NamedFiles extends NamedRows {
  readonly packs: readonly Pack[]
}

/** Which state of the store a moment came after, for the next one to find out what changed. */
export interface BackupPoint {
  /** A row of the store has it that was committed after the mark. */
  readonly token: string
  /** The store's (`OrderedStore.mark`). */
  readonly mark: string
}

/** What a backup holds of one moment of a store; it is written last. */
export interface Moment extends NamedFiles {
  readonly version: number
  /** Larger than that of every moment before it, whatever the clock says. */
  readonly number: number
  readonly storeId: string
  readonly takenMilliseconds: number
  /** The format that the store had. */
  readonly storeFormat: number
  readonly rows: number
  readonly blobs: number
  /** Blobs that the store itself had lost. */
  readonly lostBlobs: readonly string[]
  readonly point?: BackupPoint | undefined
}

/** Its indexes, newest first. */
export function indexesOf({ number, index, below = [] }: NamedRows): NumberedIndex[] {
  return [{ number, index }, ...below]
}

/** The oldest version that reads it. */
export function versionOf({ below }: Pick<Moment, 'below'>): number {
  return below ? BACKUP_VERSION : FIRST_VERSION
}

/** A line: the SHA-256 of what follows, and the moment as JSON. */
export function momentText(moment: Moment): string {
  const json = JSON.stringify(moment)
  return `${hash('sha256', json, 'hex')} ${json}\n`
}

/** Throws `BackupRefusal` for a text that is cut or changed, or from a newer version. */
export function parseMoment(text: string, path: string): Moment {
  const json = text.slice(65, -1)
  if (text.slice(0, 64) !== hash('sha256', json, 'hex'))
    throw new BackupRefusal(`${path} is cut off or was changed. Choose another moment with --moment.`)
  const moment = JSON.parse(json) as Moment
  if (moment.version > BACKUP_VERSION)
    throw new BackupRefusal(
      `${path} was written by a newer version of Holdfast, which alone can read it. Use that version.`,
    )
  return moment
}
