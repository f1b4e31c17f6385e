import { BackupFolder } from '../backup/backup-folder.ts'
import type { Moment } from '../backup/moment.ts'
import { type Verified, verify } from '../backup/verify.ts'
import { systemRandom } from '../base/random.ts'
import { storeIdentity } from '../metadata/tables/identity-tables.ts'
import { readRow } from '../metadata/transaction.ts'
import type { BackupPlace } from './backup-place.ts'
import type { Stores } from '../s3/shared/content/stores.ts'

export type { Verified } from '../backup/verify.ts'

export interface VerifyWishes {
  /** Absent: the newest. */
  readonly moment?: number | undefined
  /** Whether blobs that the backup has damaged or lacks are copied anew, where the store has them. */
  readonly mendsBackup?: boolean
  readonly onProgress: (found: Verified, moment: Moment) => void
}

/** Holds a moment of a backup, and the store that it is of, against each other. */
export async function verifyMoment(
  stores: Stores,
  { disk, directory }: BackupPlace,
  { mends = false, ...wishes }: VerifyWishes & { readonly mends?: boolean },
): Promise<Verified> {
  const storeId = (await readRow(stores.metadata, storeIdentity))?.storeId ?? ''
  const folder = await BackupFolder.openOf({ disk, random: systemRandom, directory }, storeId)
  return look(folder, wishes, { store: stores, mends })
}

/** Reads a moment of a backup whole, without a store. */
export async function verifyAlone({ disk, directory }: BackupPlace, wishes: VerifyWishes): Promise<Verified> {
  const folder = await BackupFolder.open({ disk, random: systemRandom, directory })
  return look(folder, wishes, {})
}

async function look(
  folder: BackupFolder,
  { moment: number, mendsBackup = false, onProgress }: VerifyWishes,
  how: { readonly store?: Stores; readonly mends?: boolean },
): Promise<Verified> {
  const { signal } = new AbortController()
  const moment = await (number === undefined ? folder.newest() : folder.moment(number))
  return verify({
    folder,
    moment,
    mendsBackup,
    ...how,
    onProgress: (found) => onProgress(found, moment),
    signal,
  })
}
