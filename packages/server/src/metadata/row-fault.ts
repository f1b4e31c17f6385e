import { bufferOf } from '../base/buffer-of.ts'
import { openFrame } from './row-frame.ts'
import { tableOf } from './known-tables.ts'
import { UnreadableRow } from './unreadable-row.ts'

/** Whether a row is what was written, as far as its frame tells; its key is looked at with it. */
export function rowFault(key: Uint8Array, value: Uint8Array): UnreadableRow | undefined {
  const table = tableOf(key)
  if (!table) return new UnreadableRow('no table', key, 'is at a key that nothing is written at')
  if (!table.isFramed) return undefined
  try {
    openFrame(bufferOf(value), key, table.name)
    return undefined
  } catch (error) {
    if (error instanceof UnreadableRow) return error
    throw error
  }
}
