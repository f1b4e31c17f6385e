import { BackupFolder } from '../backup/backup-folder.ts'
import { BackupRefusal } from '../backup/backup-refusal.ts'
import { systemDisk } from '../base/disk.ts'
import { systemRandom } from '../base/random.ts'

/** What a backup holds of one moment. */
export interface ListedMoment {
  readonly number: number
  readonly taken?: Date
  readonly rows?: number
  readonly blobs?: number
  /** Why it cannot be told, and not be restored. */
  readonly fault?: string
}

/** The moments of the backup in a folder, oldest first. */
export async function listMoments(directory: string): Promise<ListedMoment[]> {
  const folder = await BackupFolder.open({ disk: systemDisk, random: systemRandom, directory })
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
