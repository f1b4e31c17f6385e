import type { Entry, OrderedStore } from '../../metadata/ordered-store.ts'
import { outbox, type OutboxRow } from '../../metadata/tables/event-tables.ts'
import { readable } from '../../metadata/unreadable-rows.ts'
import { DeliveryFailure } from '../../s3/shared/announcing/event-sender.ts'
import { nameOf, type RefusedKeys } from './refused-keys.ts'

/** Messages on their way to one destination at once. */
const MOST_AT_ONCE = 8

export interface DeliverOptions {
  readonly metadata: OrderedStore
  readonly send: (message: string) => Promise<void>
  readonly refused: RefusedKeys
  /** Whether an event that is refused again is given up. */
  readonly isTooOld: (row: OutboxRow) => boolean
  /** Told before. */
  readonly giveUp?: ((message: string) => Promise<void>) | undefined
  /** Default: 8. */
  readonly atOnce?: number | undefined
}

interface Pending {
  readonly storeKey: Uint8Array
  readonly row: OutboxRow
}

/** What became of a page, by the keys of its rows. */
export class PageOutcome {
  readonly delivered: Uint8Array[] = []
  readonly dropped: Uint8Array[] = []
  readonly failures: Error[] = []
  isUnavailable = false
}

/** Sends the events of a page, those of one key in their order; stops where the destination is not to be reached. */
export async function deliverPage(entries: readonly Entry[], options: DeliverOptions): Promise<PageOutcome> {
  const outcome = new PageOutcome()
  const waiting = [...byKey(options.metadata, entries).values()]
  const deliverNext = async (): Promise<void> => {
    for (;;) {
      const events = outcome.isUnavailable ? undefined : waiting.shift()
      if (!events) return
      await deliverInOrder(events, options, outcome)
    }
  }
  const { atOnce = MOST_AT_ONCE } = options
  await Promise.all(Array.from({ length: atOnce }, deliverNext))
  return outcome
}

function byKey(metadata: OrderedStore, entries: readonly Entry[]): Map<string, Pending[]> {
  const groups = new Map<string, Pending[]>()
  for (const entry of entries) {
    const row = readable(metadata, outbox, entry)?.row
    if (!row) continue
    const name = nameOf(row)
    const group = groups.get(name) ?? []
    group.push({ storeKey: entry.key, row })
    groups.set(name, group)
  }
  return groups
}

async function deliverInOrder(
  events: readonly Pending[],
  options: DeliverOptions,
  outcome: PageOutcome,
): Promise<void> {
  for (const { storeKey, row } of events) {
    if (outcome.isUnavailable || !options.refused.mayTry(row)) return
    const failure = await tryToSend(row, options)
    if (!failure) {
      options.refused.settled(row)
      outcome.delivered.push(storeKey)
      continue
    }
    outcome.failures.push(failure)
    if (failure.kind === 'unavailable' || options.refused.isFull) {
      outcome.isUnavailable = true
      return
    }
    if (!options.isTooOld(row)) {
      options.refused.refused(row)
      return
    }
    await options.giveUp?.(row.message)
    options.refused.settled(row)
    outcome.dropped.push(storeKey)
  }
}

async function tryToSend(row: OutboxRow, { send }: DeliverOptions): Promise<DeliveryFailure | undefined> {
  try {
    await send(row.message)
    return undefined
  } catch (error) {
    if (error instanceof DeliveryFailure) return error
    throw error
  }
}
