import type { StoreTools } from '../compose/store-tools.ts'
import { say, type StoreOptions, withStore } from './with-store.ts'
import { table } from './text-table.ts'

export type QuarantineAction = 'list' | 'restore' | 'purge'

export interface QuarantineOptions extends StoreOptions {
  readonly all?: true
}

/** `holdfast quarantine`: blobs that nothing names; lists them, puts them back, or deletes them for good. */
export function quarantine(
  action: QuarantineAction,
  ids: readonly string[],
  options: QuarantineOptions,
): Promise<void> {
  return withStore(options, action === 'list' ? 'look' : 'change', async (tools) => {
    if (action === 'list') return list(tools, options)
    const chosen = await choose(tools, ids, options)
    for (const id of chosen) await (action === 'restore' ? tools.restoreBlob(id) : tools.purgeBlob(id))
    say(`${chosen.length} blobs are ${action === 'restore' ? 'back' : 'deleted'}.`)
  })
}

async function list(tools: StoreTools, { json }: StoreOptions): Promise<void> {
  const found = await tools.quarantined()
  if (json) return say(JSON.stringify(found, undefined, 2))
  if (found.length > 0)
    say(
      table(
        ['blob', 'since'],
        found.map(({ id, since }) => [id, since.toISOString()]),
      ),
    )
  say(`${found.length} blobs are set aside; each is deleted after seven days.`)
}

/** Those that were named, of those that are there; or all. */
async function choose(
  tools: StoreTools,
  ids: readonly string[],
  { all }: QuarantineOptions,
): Promise<readonly string[]> {
  const found = (await tools.quarantined()).map(({ id }) => id)
  const unknown = ids.find((id) => !found.includes(id))
  if (unknown !== undefined)
    throw new Error(`No blob ${unknown} is set aside; holdfast quarantine lists them.`)
  if (!all && ids.length === 0) throw new Error('Name the blobs, or give --all for every one.')
  return all ? found : ids
}
