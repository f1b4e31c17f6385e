import type { Entry, Grouping } from './ordered-store.ts'

/** How much of a key all of its group begin with; `undefined` where it is in none. */
export function groupBytes(key: Uint8Array, { from, mark }: Grouping): number | undefined {
  const [first] = mark
  for (let at = from; at < key.length && key[at] !== 0; at++) {
    if (key[at] === first && isAt(key, at, mark)) return at + mark.length
  }
  return undefined
}

function isAt(key: Uint8Array, start: number, mark: Uint8Array): boolean {
  for (let index = 1; index < mark.length; index++) if (key[start + index] !== mark[index]) return false
  return true
}

/** The first place past all keys that begin as this one does; `undefined` where nothing is. */
export function pastGroup(key: Uint8Array, sizeBytes: number): Buffer | undefined {
  let end = sizeBytes
  while (key[end - 1] === 0xff) end--
  if (end === 0) return undefined
  const past = Buffer.allocUnsafe(end)
  // Byte by byte: a view to copy from costs more than thirty of them.
  for (let at = 0; at < end; at++) past[at] = key[at] ?? 0
  past[end - 1] = (past[end - 1] ?? 0) + 1
  return past
}

const NOTHING = new Uint8Array()

/** What a scan returns for a group. */
export function groupEntry(key: Uint8Array): Entry {
  return { key, value: NOTHING, stamp: 0 }
}
