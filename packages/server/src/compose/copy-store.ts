import { type Clock, systemClock } from '../base/clock.ts'
import { systemDisk } from '../base/disk.ts'
import { errorMessage } from '../base/error-message.ts'
import { readMark } from '../base/folder-mark.ts'
import { systemRandom } from '../base/random.ts'
import { livingProcesses } from '../background/process-presence.ts'
import type { BlobId } from '../blobs/blob-store.ts'
import type { KeySecrets } from '../config/key-secrets.ts'
import { classesOf } from '../config/storage-classes.ts'
import type { KeyManagement } from '../encryption/key-management.ts'
import { openKeyManagement } from '../encryption/keys/open-key-management.ts'
import { sealedKeys } from '../kms/shared/sealed-keys.ts'
import { justAfter } from '../metadata/just-after.ts'
import { ALL_KEYS } from '../metadata/key-limits.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { storeIdentity } from '../metadata/tables/identity-tables.ts'
import { blobReferences, formatTable } from '../metadata/tables/tables.ts'
import { readRow } from '../metadata/transaction.ts'
import { claimCopy, endCopy } from '../store-copy/claim-copy.ts'
import { compareRows } from '../store-copy/compare-rows.ts'
import { copyBlobs, hasBlobs } from '../store-copy/copy-blobs.ts'
import { CopyRefusal } from '../store-copy/copy-refusal.ts'
import { copyRows } from '../store-copy/copy-rows.ts'
import {
  beginDestination,
  lookAtDestination,
  MARKED_BY_COPY,
  openMetadataToFill,
  refuseMarked,
  type StorePlace,
} from './copy-destination.ts'
import { type Copying, endCopying, noteCopying } from './identity/copying.ts'
import { rootKeyDirectoryOf } from './identity/open-store-keys.ts'
import { isWithin, realPathOf } from './identity/separate-folders.ts'
import { blobsMark, openBlobsToFill } from './new-places.ts'
import { openReadOnly, type ReadOnlyStores } from './open-read-only.ts'
import { assertStored, closeStores, placeFolders } from './open-stores.ts'
import { processTimeoutMilliseconds } from '../config/process-timeout.ts'

/** How far a copy is in what it does now. */
export interface CopyProgress {
  readonly step: 'blobs' | 'rows' | 'comparison'
  /** Of blobs or rows. */
  readonly done: number
  readonly total: number
  readonly bytes: number
}

export interface CopyWishes {
  readonly from: StorePlace
  readonly to: StorePlace
  readonly keySecrets: KeySecrets
  /** By which a store in a folder is at rest; one in a database goes by that of the database. */
  readonly clock: Clock
  readonly onProgress: (progress: CopyProgress) => void
  readonly signal: AbortSignal
}

export interface StoreCopied {
  readonly storeId: string
  readonly rows: number
  /** Of all rows, as they were read from both sides. */
  readonly digest: string
  readonly blobs: number
  readonly bytes: number
  /** Those that the store had lost before. */
  readonly lostBlobs: readonly BlobId[]
}

/** Between two notes of how far it is. */
const NOTE_MILLISECONDS = 5000

/**
 * Copies a store that nobody serves into other engines. Whatever cuts it off, no server opens the copy, and the same command goes
 * on. Throws `CopyRefusal`, with nothing changed, for a destination that is not empty or whose root keys are others. `undefined`: it
 * was done before.
 */
export async function copyStore(wishes: CopyWishes): Promise<StoreCopied | undefined> {
  const { from, to } = wishes
  await assertApart(from, to)
  await assertStored(from.dataDirectory, from.config)
  const source = await openReadOnly(from.dataDirectory, from)
  try {
    return await copyFrom(wishes, source)
  } finally {
    await closeStores(source)
  }
}

async function copyFrom(wishes: CopyWishes, source: ReadOnlyStores): Promise<StoreCopied | undefined> {
  const { from, to } = wishes
  const storeId = (await readRow(source.metadata, storeIdentity))?.storeId
  if (storeId === undefined)
    throw new CopyRefusal('The store has no id yet: start a server on it once, and stop it.')
  await assertAtRest(wishes, source)
  await assertPlaces(wishes, source.metadata, storeId)
  await assertRootKeys(wishes, source.metadata)
  const { begun, isMarked } = await lookAtDestination(to, storeId)
  const isFilledBy = (metadata: OrderedStore): Promise<boolean> => hasAllBlobs(wishes, source, metadata)
  if (isMarked && !begun) return refuseMarked(to, storeId, isFilledBy)
  const copying = begun ?? { storeId, from: from.dataDirectory }
  // Metadata in a folder are made by opening them, and by then it has to say what it is.
  const isFolderFirst = to.config.metadata.engine === 'lmdb'
  if (isFolderFirst) await beginDestination(to, copying)
  const opened = await openMetadataToFill(to, { storeId, isBegun: begun !== undefined, ...source })
  await using metadata = opened.metadata
  if (opened.there.kind === 'whole') {
    if (!(await isFilledBy(metadata)))
      throw new CopyRefusal(
        'The metadata of the destination are whole, but their blobs are in another place than its config names: another copy came to its end there. Start its servers; or name an empty database.',
      )
    // Cut off after the last step.
    await endCopying(systemDisk, to.dataDirectory)
    return undefined
  }
  if (!isFolderFirst) await beginDestination(to, copying)
  const copied = await fill(wishes, source, metadata, copying)
  await endCopying(systemDisk, to.dataDirectory)
  return copied
}

async function hasAllBlobs(
  { to }: CopyWishes,
  { metadata, blobs: from }: ReadOnlyStores,
  copy: OrderedStore,
): Promise<boolean> {
  await using there = await openBlobsToFill(to.dataDirectory, to.config)
  return await hasBlobs(copy, { metadata, from, to: there })
}

async function fill(
  wishes: CopyWishes,
  source: ReadOnlyStores,
  metadata: OrderedStore,
  copying: Copying,
): Promise<StoreCopied> {
  const { to, onProgress, signal } = wishes
  const { storeId } = copying
  const claim = await claimCopy(metadata, storeId, systemRandom)
  const totals = await totalsOf(source.metadata)
  const blobs = await (async () => {
    await using blobsThere = await openBlobsToFill(to.dataDirectory, to.config)
    const tally = new Tally('blobs', totals.blobs, onProgress)
    return await copyBlobs({
      metadata: source.metadata,
      from: source.blobs,
      to: blobsThere,
      checkedUpTo: copying.checkedUpTo,
      onChecked: noter(to.dataDirectory, copying),
      onBlobs: (count, bytes) => tally.add(count, bytes),
      signal,
    })
  })()
  const format = await readRow(source.metadata, formatTable)
  const place = { marked: MARKED_BY_COPY, storeFormat: format?.version ?? 1 }
  const rows = { from: source.metadata, to: metadata, place, signal }
  const copied = new Tally('rows', totals.rows, onProgress)
  await copyRows({ ...rows, claim, onRows: (count) => copied.add(count, 0) })
  const compared = new Tally('comparison', totals.rows, onProgress)
  const same = await compareRows({ ...rows, onRows: (count) => compared.add(count, 0) })
  await assertAtRest(wishes, source)
  // Without a disk that went away meanwhile, what is on it counts as lost.
  await assertPlaces(wishes, source.metadata, storeId)
  await endCopy(source.metadata, metadata, claim)
  return { storeId, ...same, ...blobs }
}

class Tally {
  readonly #step: CopyProgress['step']
  readonly #total: number
  readonly #tell: (progress: CopyProgress) => void
  #done = 0
  #bytes = 0

  constructor(step: CopyProgress['step'], total: number, tell: (progress: CopyProgress) => void) {
    this.#step = step
    this.#total = total
    this.#tell = tell
  }

  add(count: number, bytes: number): void {
    this.#done += count
    this.#bytes += bytes
    this.#tell({ step: this.#step, done: this.#done, total: this.#total, bytes: this.#bytes })
  }
}

/** How many rows there are, and how many of them name blobs, about. */
async function totalsOf(metadata: OrderedStore): Promise<{ readonly rows: number; readonly blobs: number }> {
  await using snapshot = await metadata.snapshot()
  const count = async (range: { readonly start: Uint8Array; readonly end: Uint8Array }): Promise<number> => {
    let [rows, { start }] = [0, range]
    for (;;) {
      const entries = await snapshot.scan({ start, end: range.end, limit: KEYS_AT_ONCE, keysOnly: true })
      rows += entries.length
      const last = entries.at(-1)
      if (!last || entries.length < KEYS_AT_ONCE) return rows
      start = justAfter(last.key)
    }
  }
  return { rows: await count(ALL_KEYS), blobs: await count(blobReferences.range()) }
}

const KEYS_AT_ONCE = 10_000

/** Notes every few seconds how far the blobs are, so that a run that goes on need not read them all again. */
function noter(dataDirectory: string, copying: Copying): (id: BlobId) => Promise<void> {
  let noted = systemClock.elapsedMilliseconds()
  return async (id) => {
    const now = systemClock.elapsedMilliseconds()
    if (now - noted < NOTE_MILLISECONDS || id <= (copying.checkedUpTo ?? '')) return
    noted = now
    await noteCopying(systemDisk, systemRandom, dataDirectory, { ...copying, checkedUpTo: id })
  }
}

/** Throws `CopyRefusal` where the two share a folder: what comes into one would be in the other. */
async function assertApart(from: StorePlace, to: StorePlace): Promise<void> {
  const foldersOf = async ({ dataDirectory, config }: StorePlace): Promise<string[]> => {
    const places = placeFolders(dataDirectory, { config }).map(({ directory }) => directory)
    return Promise.all([dataDirectory, ...places].map((path) => realPathOf(systemDisk, path)))
  }
  const ofSource = await foldersOf(from)
  for (const path of await foldersOf(to)) {
    const shared = ofSource.find((other) => isWithin(path, other) || isWithin(other, path))
    if (shared !== undefined)
      throw new CopyRefusal(
        `${path} and ${shared} lie in one another. Each of the two stores needs folders of its own.`,
      )
  }
}

/** Throws `CopyRefusal` where some process says that it works on the store. */
async function assertAtRest(
  { clock, from }: CopyWishes,
  { metadata, databaseTime }: ReadOnlyStores,
): Promise<void> {
  const now = (await databaseTime?.()) ?? clock.now()
  const [one, ...others] = await livingProcesses(metadata, now, processTimeoutMilliseconds(from))
  if (!one) return
  const since = new Date(one.startedMilliseconds).toISOString()
  const more = others.length > 0 ? ` and ${others.length} more` : ''
  throw new CopyRefusal(
    `The store is in use: by process ${one.processId}, since ${since}${more}, or it ended without a word less than a minute ago. Stop all servers and commands on it, on every machine, and run this again.`,
  )
}

/** Throws `CopyRefusal` where a folder of the store is not there, or blobs of it would have no place. */
async function assertPlaces(
  { from, to }: CopyWishes,
  metadata: OrderedStore,
  storeId: string,
): Promise<void> {
  const marked = (await readRow(metadata, storeIdentity))?.marked ?? []
  const { blobs } = from.config
  if (blobs.engine === 'ceph' && (await blobsMark(from.dataDirectory, from.config))?.storeId !== storeId)
    throw new CopyRefusal(`The pool ${blobs.pool} of Ceph has not the blobs of this store.`)
  for (const { name, directory } of placeFolders(from.dataDirectory, from)) {
    const mark = await readMark(systemDisk, directory)
    if (mark ? mark.storeId !== storeId : marked.includes(name))
      throw new CopyRefusal(
        `${directory}, the folder of ${name}, is not there, or is not this store's. Mount its disk, and run this again.`,
      )
  }
  const places = classesOf(to.config).filter(({ directory }) => directory !== undefined)
  const placesOfSource = classesOf(from.config).filter(({ directory }) => directory !== undefined)
  for (const { name } of placesOfSource) {
    if (places.some((place) => place.name === name)) continue
    const named = await metadata.scan({ ...blobReferences.stringRange([], `${name}.`), limit: 1 })
    if (named.length > 0)
      throw new CopyRefusal(
        `The store has objects in a folder of the storage class ${name}. Give that class a directory in the config of the destination.`,
      )
  }
}

/** Throws `CopyRefusal` where the destination cannot open every key of the store. */
async function assertRootKeys({ to, keySecrets }: CopyWishes, metadata: OrderedStore): Promise<void> {
  let keys: KeyManagement | undefined
  try {
    for await (const { sealed, context } of sealedKeys(metadata)) {
      keys ??= await openKeyManagement(to.config.encryption.keyManagement, {
        sealed: [sealed],
        mayMakeRootKey: false,
        rootKeyDirectory: rootKeyDirectoryOf(to.dataDirectory),
        secrets: keySecrets,
        disk: systemDisk,
        random: systemRandom,
        clock: systemClock,
      })
      await keys.openDataKey(sealed, context)
    }
  } catch (error) {
    throw new CopyRefusal(
      `The destination cannot open the keys of the store (${errorMessage(error)}). It needs the same root keys: copy root-keys/ of the data folder into ${to.dataDirectory}, or give them in HOLDFAST_ROOT_KEYS, or name the same key service in its config.`,
      { cause: error },
    )
  } finally {
    await keys?.[Symbol.asyncDispose]()
  }
}
