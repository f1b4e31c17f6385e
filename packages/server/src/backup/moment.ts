import { hash } from 'node:crypto'
import { BackupRefusal } from './backup-refusal.ts'

/** The version of all files of a backup (docs/format.md). */
export const BACKUP_VERSION = 1

/** A file of rows that moments share: values, one after the other. */
export interface Pack {
  readonly name: string
  readonly sizeBytes: number
  /** Hex. */
  readonly sha256: string
  /** Of those bytes, what the moment still has use for. */
  readonly liveBytes: number
}

/** The file that tells all keys of a moment, and where the value of each is. */
export interface IndexFile {
  readonly sizeBytes: number
  readonly sha256: string
  /** Where the keys begin that name blobs. */
  readonly blobsStartByte: number
}

/** What a backup holds of one moment of a store; it is written last. */
export interface Moment {
  readonly version: number
  /** Larger than that of every moment before it, whatever the clock says. */
  readonly number: number
  readonly storeId: string
  readonly takenMilliseconds: number
  /** The format that the store had. */
  readonly storeFormat: number
  readonly rows: number
  readonly index: IndexFile
  readonly packs: readonly Pack[]
  readonly blobs: number
  /** Blobs that the store itself had lost. */
  readonly lostBlobs: readonly string[]
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
