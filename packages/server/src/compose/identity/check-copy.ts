import type { BlobStore } from '../../blobs/blob-store.ts'
import type { Acceptance } from '../../config/acceptance.ts'
import { entriesOf } from '../../metadata/entries-of.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { blobReferences } from '../../metadata/tables/tables.ts'
import { serverProcesses } from '../../metadata/tables/worker-tables.ts'
import { copyOfRunning, incompleteCopy } from './store-refusal.ts'

/** Refuses metadata that were copied while a server had them open, unless that is accepted: each says so from start to end. */
export async function refuseRunningCopy(
  metadata: OrderedStore,
  dataDirectory: string,
  accepted: ReadonlySet<Acceptance>,
): Promise<void> {
  const running = await metadata.scan({ ...serverProcesses.range(), limit: 1 })
  if (running.length > 0 && !accepted.has('copy')) throw copyOfRunning(dataDirectory)
}

/** Refuses a copy whose metadata name blobs that are not in it; those of places that are away are not looked for. */
export async function refuseIncompleteCopy(
  metadata: OrderedStore,
  blobs: BlobStore,
  dataDirectory: string,
): Promise<void> {
  const there = new Set<string>()
  for await (const id of blobs.list()) there.add(id)
  const away = await blobs.awayPlaces()
  let [named, missing] = [0, 0]
  for await (const { key } of entriesOf(metadata, blobReferences.range())) {
    const [id] = blobReferences.parts(key)
    if (!BLOB_ID.test(id) || away.includes(id.split('.')[0] ?? '')) continue
    named++
    if (!there.has(id)) missing++
  }
  if (missing > 0) throw incompleteCopy(dataDirectory, missing, named)
}

/** Part lists have rows among the references, too. */
const BLOB_ID = /^(?:[A-Z0-9_-]+\.)?[0-9a-f]{32}$/
