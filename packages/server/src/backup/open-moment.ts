import { FORMAT_VERSION } from '../metadata/store-format.ts'
import type { BackupFolder } from './backup-folder.ts'
import { BackupRefusal } from './backup-refusal.ts'
import type { Moment } from './moment.ts'

/** A moment whose rows this version reads; the newest where none is named. Throws `BackupRefusal`. */
export async function openMoment(folder: BackupFolder, number: number | undefined): Promise<Moment> {
  const moment = await (number === undefined ? folder.newest() : folder.moment(number))
  if (moment.storeFormat <= FORMAT_VERSION) return moment
  throw new BackupRefusal(
    `Moment ${moment.number} is of a store of format ${moment.storeFormat}; this version of Holdfast reads formats up to ${FORMAT_VERSION}. Restore it with the newer version.`,
  )
}
