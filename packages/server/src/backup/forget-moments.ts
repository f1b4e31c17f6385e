import { join } from 'node:path'
import { errorCode } from '../base/storage-fault.ts'
import { blobFolders, type BlobGroup, blobGroups, compareText, filesOf } from './backup-blobs.ts'
import type { BackupFolder } from './backup-folder.ts'
import { BackupRefusal } from './backup-refusal.ts'
import type { Moment, NamedFiles } from './moment.ts'

/**
 * Forgets all moments but the newest so many, and one that is `spared`; returns how many. What they alone named is still there.
 */
export async function forgetMoments(folder: BackupFolder, keep: number, spared?: number): Promise<number> {
  const old = (await folder.numbers()).slice(0, -keep).filter((number) => number !== spared)
  for (const number of old) await folder.removeMoment(number)
  return old.length
}

/**
 * Removes all rows and blobs that no moment names, nor one that is being `made`; nothing where a moment cannot be read, since nobody
 * knows what it names.
 */
export async function removeStray(folder: BackupFolder, made?: NamedFiles): Promise<void> {
  const readable = await readableMoments(folder)
  if (!readable) return
  const moments = made ? [...readable, made] : readable
  await folder.removeStrayRows(moments)
  try {
    await removeStrayBlobs(folder, moments)
  } catch (error) {
    // An index that is damaged or gone.
    if (!(error instanceof BackupRefusal) && errorCode(error) !== 'ENOENT') throw error
  }
}

async function removeStrayBlobs(folder: BackupFolder, moments: readonly NamedFiles[]): Promise<void> {
  const named = moments.map((moment) => new GroupCursor(blobGroups(folder, moment)))
  for (const group of await blobFolders(folder)) {
    const ids = new Set<string>()
    for (const cursor of named) for (const id of await cursor.idsOf(group.prefix)) ids.add(id)
    for (const [name, id] of await filesOf(folder, group)) {
      if (!ids.has(id)) await folder.remove(join(group.folder, name))
    }
  }
}

async function readableMoments(folder: BackupFolder): Promise<Moment[] | undefined> {
  const moments: Moment[] = []
  try {
    for (const number of await folder.numbers()) moments.push(await folder.moment(number))
    return moments
  } catch (error) {
    if (!(error instanceof BackupRefusal)) throw error
    return undefined
  }
}

/** Goes through the blobs of a moment beside the folders that they are in. */
class GroupCursor {
  readonly #groups: AsyncIterator<BlobGroup>
  #group: BlobGroup | undefined
  #isEnded = false

  constructor(groups: AsyncIterable<BlobGroup>) {
    this.#groups = groups[Symbol.asyncIterator]()
  }

  /** Prefixes have to be asked for in their order. */
  async idsOf(prefix: string): Promise<readonly string[]> {
    while (!this.#isEnded && (!this.#group || compareText(this.#group.prefix, prefix) < 0)) {
      const next = await this.#groups.next()
      if (next.done === true) this.#isEnded = true
      this.#group = next.done === true ? undefined : next.value
    }
    return this.#group?.prefix === prefix ? this.#group.ids : []
  }
}
