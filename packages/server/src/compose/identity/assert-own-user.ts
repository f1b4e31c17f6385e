import { join } from 'node:path'
import { ownUserId, pathRights } from '../../base/path-rights.ts'
import type { Config } from '../../config/config.ts'
import { StoreRefusal } from './store-refusal.ts'

/**
 * Throws `StoreRefusal` where another user's servers work on a data folder: files of mode 0600 that this one makes there they could not
 * read, as those of root. Goes by a file that servers have made: the folder itself may be a mount of root's.
 */
export async function assertOwnUser(
  dataDirectory: string,
  { metadata }: Pick<Config, 'metadata'>,
  userId: number | undefined = ownUserId(),
): Promise<void> {
  // There is none on Windows.
  if (userId === undefined) return
  // Folders of blobs beside a database may be on NFS, which may name owners as it likes.
  const known = metadata.engine === 'lmdb' ? ['metadata', 'data.mdb'] : ['root-keys', 'store.json']
  const path = join(dataDirectory, ...known)
  const ownerId = (await pathRights(path))?.ownerId
  if (ownerId === undefined || ownerId === userId) return
  throw new StoreRefusal(
    `${path} is of the user with the id ${ownerId}, and this is the one with the id ${userId}: the server could not read what it would write. Nothing was changed. Run it as the user of the server: sudo -u '#${ownerId}' holdfast …`,
  )
}
