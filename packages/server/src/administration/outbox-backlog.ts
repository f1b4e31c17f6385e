import { outboxWorkerName } from '../background/events/outbox-worker.ts'
import { entriesOf } from '../metadata/entries-of.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { outbox } from '../metadata/tables/event-tables.ts'
import { unlessUnreadable } from '../metadata/unreadable-rows.ts'
import type { AdministrationService } from './administration-service.ts'

/** Beyond it nobody waits for an exact number. */
const MOST_COUNTED = 10_000

/** What waits for each destination of the outbox, and how its worker is. */
export async function outboxBacklogs(service: AdministrationService, destinations: Iterable<string>) {
  const { metadata } = service.stores
  const workers = await service.workers()
  const backlogs = []
  for (const destination of destinations) {
    const worker = workers.find(({ name }) => name === outboxWorkerName(destination))
    backlogs.push({
      destination,
      ...(await backlogOf(metadata, destination)),
      lastStep: worker?.lastStep,
      failure: worker?.failure,
    })
  }
  return backlogs
}

async function backlogOf(metadata: OrderedStore, destination: string) {
  let undelivered = 0
  let oldest: string | undefined
  for await (const entry of entriesOf(metadata, outbox.range(destination))) {
    if (undelivered === 0) {
      const row = unlessUnreadable(metadata, () => outbox.decode(entry))
      oldest = row && new Date(row.createdMilliseconds).toISOString()
    }
    if (++undelivered === MOST_COUNTED) return { undelivered, mayBeMore: true, oldest }
  }
  return { undelivered, mayBeMore: false, oldest }
}
