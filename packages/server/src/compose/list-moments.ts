import { BackupFolder } from '../backup/backup-folder.ts'
import { BackupRefusal } from '../backup/backup-refusal.ts'
import { systemRandom } from '../base/random.ts'
import type { BackupPlace } from './backup-place.ts'

/** What a backup holds of one moment. */
export interface ListedMoment {
  readonly number: number
  readonly taken?: Date
  readonly rows?: number
  readonly blobs?: number
  /** Why it cannot be told, and not be restored. */
  readonly fault?: string
}

/** The moments of a backup, oldest first. */
export async function listMoments({ disk, directory }: BackupPlace): Promise<ListedMoment[]> {
  const folder = await BackupFolder.open({ disk, random: systemRandom, directory })
  const found: ListedMoment[] = []
  for (const number of await folder.numbers()) {
    try {
      const { takenMilliseconds, rows, blobs } = await folder.moment(number)
      found.push({ number, taken: new Date(takenMilliseconds), rows, blobs })
    } catch (error) {
      if (!(error instanceof BackupRefusal)) throw error
      found.push({ number, fault: error.message })
    }
  }
  return found
}
