import { join } from 'node:path'
import type { Disk } from '../../base/disk.ts'
import { errorCode } from '../../base/storage-fault.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { blobReferences } from '../../metadata/tables/tables.ts'

const OWN_ID = /^[0-9a-f]{32}$/
const LOOKED_AT = 16

/** Where the blobs are that the metadata name of a place, as far as some of them tell: `gone` is not in its folder. */
export type NamedBlobs = 'none' | 'there' | 'gone'

export async function lookForNamedBlobs(
  metadata: OrderedStore,
  disk: Disk,
  place: string,
  directory: string,
): Promise<NamedBlobs> {
  const ids = await someIds(metadata, place)
  for (const id of ids) if (await isThere(disk, join(directory, id.slice(0, 2), id))) return 'there'
  return ids.length > 0 ? 'gone' : 'none'
}

/** Ids within the folder of a place. */
async function someIds(metadata: OrderedStore, place: string): Promise<string[]> {
  const before = place === 'blobs' ? '' : `${place}.`
  const ranges = Array.from({ length: 16 }, (_, digit) => ({
    ...blobReferences.stringRange([], before + digit.toString(16)),
    limit: LOOKED_AT,
  }))
  const entries = (await metadata.scanMany(ranges)).flat()
  const ids = entries.map(({ key }) => blobReferences.parts(key)[0].slice(before.length))
  // Part lists have rows in this table too, and other places.
  return ids.filter((id) => OWN_ID.test(id))
}

async function isThere(disk: Disk, path: string): Promise<boolean> {
  try {
    await disk.modifiedAt(path)
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}
