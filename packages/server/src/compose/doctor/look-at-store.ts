import { hasServers } from '../../background/process-presence.ts'
import { leasedWorkers } from '../../background/leased-workers.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { storeIdentity } from '../../metadata/tables/identity-tables.ts'
import { damages, probe, serverProcesses } from '../../metadata/tables/worker-tables.ts'
import { readRow } from '../../metadata/transaction.ts'
import { readableRows } from '../../metadata/unreadable-rows.ts'
import { classesOf } from '../../config/storage-classes.ts'
import { removedPlacesCheck } from '../condition-checks.ts'
import { refuseRunningCopy } from '../identity/check-copy.ts'
import type { FolderHome } from '../../base/folder-mark.ts'
import { lookAtFolder } from '../identity/claim-folder.ts'
import { DataFile } from '../identity/data-file.ts'
import { readRestoration } from '../identity/restoration.ts'
import { refuseRemains } from '../identity/remains.ts'
import { StoreIdentity } from '../identity/store-identity.ts'
import { restorationUnfinished } from '../identity/store-refusal.ts'
import { closeStores, databaseHome, metadataPath, placeFolders } from '../open-stores.ts'
import { openReadOnly, type ReadOnlyStores } from '../open-read-only.ts'
import { processTimeoutMilliseconds } from '../../config/process-timeout.ts'
import { type Patient, type Say, sentence } from './patient.ts'

export type OpenedStore = ReadOnlyStores

/** Opens the store of a data folder, which is not changed. Throws what a start would. */
export async function openPatient(patient: Patient, say: Say): Promise<OpenedStore | 'none'> {
  const { disk, dataDirectory } = patient
  const opened = await openIfThere(patient)
  if (opened) return opened
  const restoration = await readRestoration(disk, dataDirectory)
  if (restoration) throw restorationUnfinished(dataDirectory, restoration)
  await refuseRemains(disk, dataDirectory)
  say('note', 'Nothing is stored in the data folder yet: the first holdfast serve begins a store.')
  return 'none'
}

/** `undefined` where no metadata are, or in a database where no store is. */
async function openIfThere({ random, dataDirectory, config }: Patient): Promise<OpenedStore | undefined> {
  if (config.metadata.engine === 'lmdb') {
    const { state } = await DataFile.look(metadataPath(dataDirectory), random)
    return state === 'absent' ? undefined : openReadOnly(dataDirectory, { config })
  }
  const opened = await openReadOnly(dataDirectory, { config })
  if (await readRow(opened.metadata, storeIdentity)) return opened
  await closeStores(opened)
  return undefined
}

/** Whether the pieces of a store belong together and none is missing. */
export async function lookAtPieces(patient: Patient, opened: OpenedStore, say: Say): Promise<void> {
  const { disk, random, dataDirectory, config } = patient
  const { metadata } = opened
  const accepted = new Set<never>()
  const identity = await StoreIdentity.of(metadata)
  const home = await homeOf(patient, opened)
  if (!identity) return
  const context = { identity, metadata, disk, random, accepted, home }
  for (const { name: place, directory } of placeFolders(dataDirectory, { config })) {
    const found = await lookAtFolder(context, { place, directory })
    if (found === 'away')
      say(
        'wrong',
        `${directory}, the folder of storage class ${place}, is not there or has no mark (store.json): its disk is not mounted. Mount it.`,
      )
  }
  if (config.blobs.engine === 'ceph') {
    const [{ openPool }, { lookAtPool }] = await Promise.all([
      import('../open-pool.ts'),
      import('../identity/claim-pool.ts'),
    ])
    await using pool = await openPool(config.blobs, dataDirectory)
    await lookAtPool(context, pool)
  }
  const places = classesOf(config).flatMap(({ name, directory }) => (directory === undefined ? [] : [name]))
  const removed = await removedPlacesCheck(metadata, places).check()
  if (removed !== undefined)
    say('wrong', `${sentence(removed)}. Put them back into the config, with their folders.`)
}

/** Where the store is at home, as its servers mark folders with. Throws for a copy of a store that runs. */
async function homeOf(
  { disk, random, dataDirectory }: Patient,
  { metadata, databaseId }: OpenedStore,
): Promise<FolderHome> {
  if (databaseId !== undefined) return databaseHome(databaseId)
  const dataFile = await DataFile.look(metadataPath(dataDirectory), random)
  if (dataFile.state === 'other') await refuseRunningCopy(metadata, dataDirectory, new Set<never>())
  const file = dataFile.state === 'unknown' ? undefined : await dataFile.name()
  return { path: await disk.realPath(dataDirectory), file }
}

/** What servers and the scrubber have found damaged, and workers that fail. */
export async function lookAtDamage(
  { clock }: Patient,
  { metadata, pages }: OpenedStore,
  say: Say,
): Promise<void> {
  for (const { page, reason } of pages.list()) {
    say(
      'wrong',
      `Page ${page} of the metadata is damaged: ${reason}. Run holdfast scrub, then restore the store.`,
    )
  }
  let damaged = 0
  for await (const _ of readableRows(metadata, damages)) damaged++
  if (damaged > 0) say('wrong', `The scrubber has found damage in ${damaged} places. Run holdfast scrub.`)
  for (const { name, failure } of await leasedWorkers(metadata, clock)) {
    if (failure !== undefined) say('note', `The worker ${name} failed at its last step: ${failure}.`)
  }
}

/** A little is not worth a word: clocks are set now and then. */
const LITTLE_MILLISECONDS = 2000

/** Whether the clock is behind what a server has noted in the store. */
export async function lookAtClock({ clock }: Patient, { metadata }: OpenedStore, say: Say): Promise<void> {
  const now = clock.now().getTime()
  const newest = await newestMilliseconds(metadata)
  if (newest - now < LITTLE_MILLISECONDS) return
  say(
    'wrong',
    `The clock says ${new Date(now).toISOString()}, and the store has noted ${new Date(newest).toISOString()}: the clock of this machine is behind, or was ahead. Set it (NTP): clients are refused whose clocks differ by more than 15 minutes, and what is newer than now counts for the future.`,
  )
}

async function newestMilliseconds(metadata: OrderedStore): Promise<number> {
  const times = [(await readRow(metadata, probe))?.atMilliseconds ?? 0]
  for await (const { row } of readableRows(metadata, serverProcesses)) times.push(row.startedMilliseconds)
  return Math.max(...times)
}

export function isServed({ clock, config }: Patient, { metadata }: OpenedStore): Promise<boolean> {
  return hasServers(metadata, clock, processTimeoutMilliseconds({ config }))
}
