import { setImmediate as nextTurn } from 'node:timers/promises'
import { justAfter } from './just-after.ts'
import type { Entry, OrderedStore } from './ordered-store.ts'

const PAGE = 1000

interface Range {
  readonly start: Uint8Array
  readonly end: Uint8Array
}

/** All entries of a range, `page` of them at a time. */
export async function* entriesOf(metadata: OrderedStore, range: Range, page = PAGE): AsyncGenerator<Entry> {
  for await (const entries of pagesOf(metadata, range, page)) yield* entries
}

/** The same, in pages of which none is empty. Requests come between them: an engine may answer without a turn of the event loop. */
export async function* pagesOf(
  metadata: OrderedStore,
  { start, end }: Range,
  page = PAGE,
): AsyncGenerator<readonly Entry[]> {
  let from = start
  for (;;) {
    const entries = await metadata.scan({ start: from, end, limit: page })
    if (entries.length > 0) yield entries
    const last = entries.at(-1)
    if (!last || entries.length < page) return
    from = justAfter(last.key)
    await nextTurn()
  }
}

/** Takes away what a range holds, `page` of it in a commit. `but`: a key that stays. */
export async function removeRange(
  metadata: OrderedStore,
  range: Range,
  { page = PAGE, but }: { readonly page?: number; readonly but?: Uint8Array } = {},
): Promise<void> {
  for await (const entries of pagesOf(metadata, range, page)) {
    const keys = entries.map(({ key }) => key)
    const remove = but ? keys.filter((key) => Buffer.compare(key, but) !== 0) : keys
    await metadata.commit({ expect: [], put: [], remove })
  }
}
