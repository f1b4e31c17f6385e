import { outboxWorkerName } from '../../background/events/outbox-worker.ts'
import { entriesOf } from '../../background/store-usage.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { outbox } from '../../metadata/tables/event-tables.ts'
import { unlessUnreadable } from '../../metadata/unreadable-rows.ts'
import { defineOperation } from '../operation.ts'

/** Beyond it nobody waits for an exact number. */
const MOST_COUNTED = 10_000

/** What each destination of events has yet to be told. */
export const ListEventBacklogs = defineOperation('ListEventBacklogs', {
  path: '/-/events',
  isOfServer: true,
  async handle({ service }) {
    const { metadata } = service.stores
    const workers = await service.workers()
    const backlogs = []
    for (const destination of service.eventDestinations) {
      const worker = workers.find(({ name }) => name === outboxWorkerName(destination))
      backlogs.push({
        destination,
        ...(await backlogOf(metadata, destination)),
        lastStep: worker?.lastStep,
        failure: worker?.failure,
      })
    }
    return { backlogs }
  },
})

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
