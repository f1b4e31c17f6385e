import type { Restoration } from './restoration.ts'

/** Why a start is refused: what is missing or does not belong, where to get it, and what else can be done. */
export class StoreRefusal extends Error {
  override readonly name = 'StoreRefusal'
}

export function metadataMissing(dataDirectory: string, found: readonly string[]): StoreRefusal {
  return new StoreRefusal(
    `The data folder ${dataDirectory} has lost its metadata/: ${found.join(' and ')} of a store are there, but nothing says which objects they hold. Nothing was changed. Restore metadata/ from a backup, or mount the disk that it is on; or choose another folder with --data. To give up what was stored and begin anew, start once with --new: what is there is moved aside into the data folder, not deleted.`,
  )
}

export function restorationUnfinished(dataDirectory: string, { backup, moment }: Restoration): StoreRefusal {
  return new StoreRefusal(
    `A restoration into the data folder ${dataDirectory} was begun and is not finished. Nothing was changed. Run it again, it goes on where it was: holdfast restore ${backup} --moment ${moment} --data ${dataDirectory}. Or empty the folder.`,
  )
}

export function copyUnfinished(dataDirectory: string, from: string): StoreRefusal {
  return new StoreRefusal(
    `A copy of the store in ${from} into the data folder ${dataDirectory} was begun and is not finished. Nothing was changed. Run holdfast copy-store again, it goes on where it was; or empty the folder.`,
  )
}

export function blobsMissing(directory: string): StoreRefusal {
  return new StoreRefusal(
    `${directory} is missing, or is not the folder that this store's larger objects are in: it has no mark (store.json) and none of the bytes that the metadata name. Nothing was changed. Restore the whole folder from a backup, or mount the disk that it is on. If it is lost for good, start once with --accept lost-blobs: small objects are served on, larger ones answer with an error until they are deleted or written again.`,
  )
}

export function otherStore(directory: string): StoreRefusal {
  return new StoreRefusal(
    `${directory} belongs to another store: its mark (store.json) names one that this data folder is not. Nothing was changed, and nothing in it will be. Put the folder in place that belongs to this store, or give this store another.`,
  )
}

export function otherPlace(directory: string, is: string, wanted: string): StoreRefusal {
  const asked = wanted === 'blobs' || wanted === 'root-keys' ? wanted : `the storage class ${wanted}`
  const has = is === 'blobs' || is === 'root-keys' ? is : `the storage class ${is}`
  return new StoreRefusal(
    `${directory} is marked as the folder of ${has}, and the config makes it that of ${asked}. A class keeps its name and its folder while anything is in it: give the class its old name again, or each a folder of its own.`,
  )
}

export function sharedFolder(one: string, other: string, path: string): StoreRefusal {
  return new StoreRefusal(
    `The folders of ${one} and ${other} lie in one another (${path}). Each needs a folder of its own: change "directory" of the storage class in the config.`,
  )
}

export function unknownBlobs(directory: string, place: string): StoreRefusal {
  return new StoreRefusal(
    `${directory} holds blobs that this store knows nothing of, so it is not made the folder of ${place}. Choose an empty folder, or move away what is in it.`,
  )
}

export function movedStore(directory: string, home: string, dataDirectory: string): StoreRefusal {
  return new StoreRefusal(
    `${directory} is in use by the store in ${home}, and ${dataDirectory} is a copy of that, or that store moved or restored. Two stores must not share a folder. A copy needs a copy of this folder too: change "directory" of the storage class in the config. If no other server uses it any more, start once with --accept moved-store.`,
  )
}

export function olderMetadata(directory: string, generation: number, reached: number): StoreRefusal {
  return new StoreRefusal(
    `The metadata are older than the blobs beside them: they know of ${generation} batches of blobs, ${directory} has had ${reached}. What was stored since is not in them. Nothing was changed. Restore newer metadata/. If there are none, start once with --accept older-metadata: what the metadata do not name is set aside in quarantine/ and kept there for seven days.`,
  )
}

export function rootKeysMissing(where: string): StoreRefusal {
  return new StoreRefusal(
    `No root key that this store is sealed under is in ${where}. No object can be read without it, so no new one is made in its place. Nothing was changed. Restore root-keys/ from its backup, or give the key in HOLDFAST_ROOT_KEYS. If it is lost for good, so is everything that was sealed: start once with --accept lost-keys to go on with a new one.`,
  )
}

export function tornMetadata(fault: string): StoreRefusal {
  return new StoreRefusal(
    `The metadata cannot be used: ${fault}. So a file looks that is damaged, or that was copied while a server wrote into it. Nothing was changed. Copy the store anew while no server runs on it, or from a snapshot of its whole file system; or restore metadata/ from a backup.`,
  )
}

export function damagedMetadata(fault: string): StoreRefusal {
  return new StoreRefusal(
    `The metadata cannot be used: ${fault}. Everything hangs on that page. Nothing was changed. Restore metadata/, blobs/ and the folders of storage classes from one backup, and look at the disk and the memory of this machine.`,
  )
}

export function copyOfRunning(dataDirectory: string): StoreRefusal {
  return new StoreRefusal(
    `${dataDirectory} is a copy of a store that was made while a server ran on it, or after one was killed. Its pieces may be of different moments: what was stored while it was copied may be missing from one and named by another. Nothing was changed. Stop the server and copy anew. If the copy is of one moment (a snapshot of the whole file system, or no server was running), start it once with --accept copy: then every blob that the metadata name is looked for first.`,
  )
}

export function incompleteCopy(dataDirectory: string, missing: number, named: number): StoreRefusal {
  return new StoreRefusal(
    `${dataDirectory} is a copy that is not of one moment: ${missing} of the ${named} blobs that its metadata name are missing. Nothing was changed. Stop the server and copy anew. To go on without what they held, start once with --accept copy --accept lost-blobs.`,
  )
}
