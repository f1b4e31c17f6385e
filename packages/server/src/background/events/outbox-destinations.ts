import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { outbox } from '../../metadata/tables/event-tables.ts'

/** Every destination that something is left for: one seek for each. */
export async function* outboxDestinations(metadata: OrderedStore): AsyncGenerator<string> {
  let { start, end } = outbox.range()
  for (;;) {
    const [entry] = await metadata.scan({ start, end, limit: 1 })
    if (!entry) return
    const [destination] = outbox.parts(entry.key)
    yield destination
    start = outbox.range(destination).end
  }
}
