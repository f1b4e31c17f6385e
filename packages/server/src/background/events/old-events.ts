import type { Clock } from '../../base/clock.ts'
import type { Entry, OrderedStore } from '../../metadata/ordered-store.ts'
import { readable } from '../../metadata/unreadable-rows.ts'
import { outbox, type OutboxRow } from '../../metadata/tables/event-tables.ts'

/** As long as EventBridge goes on trying. Source: EventBridge User Guide, "How EventBridge retries delivering events". */
const MOST_AGE_MILLISECONDS = 24 * 60 * 60 * 1000

const PAGE = 1000

export function isTooOld({ createdMilliseconds }: OutboxRow, clock: Clock): boolean {
  return clock.now().getTime() - createdMilliseconds > MOST_AGE_MILLISECONDS
}

/** Removes what a destination should have been told long ago, each after `giveUp` of it; returns how many events that were. */
export async function removeOld(
  metadata: OrderedStore,
  destination: string,
  clock: Clock,
  signal: AbortSignal,
  giveUp: (message: string) => Promise<void> = async () => {},
): Promise<number> {
  let removed = 0
  while (!signal.aborted) {
    const entries = await metadata.scan({ ...outbox.range(destination), limit: PAGE })
    const old: Entry[] = []
    for (const entry of entries) {
      const row = readable(metadata, outbox, entry)?.row
      if (row === undefined || !isTooOld(row, clock)) continue
      await giveUp(row.message)
      old.push(entry)
    }
    if (old.length > 0) await metadata.commit({ expect: [], put: [], remove: old.map(({ key }) => key) })
    removed += old.length
    // The oldest come first.
    if (old.length < PAGE) break
  }
  return removed
}
