import type { BackupFolder } from './backup-folder.ts'
import { IndexCursor } from './index-cursor.ts'
import { indexesOf, type NamedRows, type NumberedIndex } from './moment.ts'
import { GONE, type IndexedRow, readIndex } from './row-index.ts'

type Blocks = AsyncIterable<readonly IndexedRow[]>

/** The rows of a moment in the order of their keys, some at a time: all, or from the first that names a blob on. */
export async function* readRows(
  folder: BackupFolder,
  moment: NamedRows,
  from?: 'fromBlobs',
): AsyncGenerator<readonly IndexedRow[]> {
  const [oldest, ...newer] = indexesOf(moment)
    .toReversed()
    .map((numbered) => readFile(folder, numbered, from))
  if (!oldest) return
  // The oldest has most of the rows, and goes through one merge only.
  const changed = newer.toReversed().reduce<Blocks | undefined>((above, below) => {
    return above ? merged(below, above) : below
  }, undefined)
  for await (const rows of changed ? merged(oldest, changed) : oldest)
    yield rows.filter(({ pack }) => pack !== GONE)
}

async function* readFile(
  folder: BackupFolder,
  { number, index }: NumberedIndex,
  from: 'fromBlobs' | undefined,
): AsyncGenerator<readonly IndexedRow[]> {
  const file = await folder.disk.openForRead(folder.indexPath(number))
  try {
    const startByte = from ? index.blobsStartByte : 0
    yield* readIndex(file, { startByte, sizeBytes: index.sizeBytes })
  } finally {
    await file.close()
  }
}

/** Of rows with the same key the newer one alone. */
async function* merged(older: Blocks, newer: Blocks): AsyncGenerator<readonly IndexedRow[]> {
  const above = new IndexCursor(newer)
  try {
    for await (const rows of older) {
      const last = rows.at(-1)
      if (!last) continue
      await above.reach(last.key)
      const found: IndexedRow[] = []
      for (const row of rows) {
        for (const other of above.before(row.key)) found.push(other)
        found.push(above.find(row.key) ?? row)
      }
      yield found
    }
    for (let rest = await above.rest(); rest; rest = await above.rest()) yield rest
  } finally {
    await above.end()
  }
}
