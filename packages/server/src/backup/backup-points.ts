import type { Random } from '../base/random.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { backupPoints } from '../metadata/tables/worker-tables.ts'
import { transact } from '../metadata/transaction.ts'
import type { BackupFolder } from './backup-folder.ts'
import type { BackupPoint, Moment } from './moment.ts'

export interface BegunPoint {
  /** Of the new moment; absent where the store cannot tell changes. */
  readonly point: BackupPoint | undefined
  /** The mark of the moment before, where the store comes from the state that it names. */
  readonly since: string | undefined
}

/**
 * Notes in the store that a moment is made. The next one may then be told by what changed: whoever finds the token in a store
 * knows that the store was at the mark before, also where a whole file system was set back meanwhile.
 */
export async function beginPoint(
  { metadata, random }: { readonly metadata: OrderedStore; readonly random: Random },
  { id, directory }: BackupFolder,
  previous: Moment | undefined,
): Promise<BegunPoint> {
  const mark = await metadata.mark?.()
  const token = random.bytes(16).toString('hex')
  const isKnown = await transact(metadata, async (transaction) => {
    const row = await transaction.getIfReadable(backupPoints, id)
    const known = (row?.tokens ?? []).filter((each) => each === previous?.point?.token)
    transaction.put(backupPoints, [id], { ...row, place: directory, tokens: [...known, token] })
    return known.length > 0
  })
  return {
    point: mark === undefined ? undefined : { token, mark },
    since: isKnown ? previous?.point?.mark : undefined,
  }
}

/** Notes how far the backup is, once the moment is there. */
export async function endPoint(
  { metadata }: { readonly metadata: OrderedStore },
  { id, directory }: BackupFolder,
  { number, takenMilliseconds, point }: Moment,
): Promise<void> {
  await transact(metadata, async (transaction) => {
    const row = await transaction.getIfReadable(backupPoints, id)
    const tokens = point ? [point.token] : (row?.tokens ?? [])
    transaction.put(backupPoints, [id], { tokens, place: directory, number, takenMilliseconds })
  })
}
