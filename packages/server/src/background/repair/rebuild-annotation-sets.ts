import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { tableOf } from '../../metadata/known-tables.ts'
import { annotations, annotationSets } from '../../metadata/tables/annotation-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { readableRows } from '../../metadata/unreadable-rows.ts'
import type { Removal } from './plan-repair.ts'

const OF_ANNOTATIONS: ReadonlySet<string> = new Set([annotations.name, annotationSets.name])

/** Says anew how many annotations each version has, where rows were taken out that tell. Keeps their ids in memory. */
export async function rebuildAnnotationSets(
  metadata: OrderedStore,
  removals: readonly Removal[],
): Promise<void> {
  if (!removals.some(({ entry }) => OF_ANNOTATIONS.has(tableOf(entry.key)?.name ?? ''))) return
  const counts = new Map<string, number>()
  for await (const { parts } of readableRows(metadata, annotationSets)) counts.set(parts[0], 0)
  for await (const { parts } of readableRows(metadata, annotations))
    counts.set(parts[1], (counts.get(parts[1]) ?? 0) + 1)
  for (const [id, count] of counts) {
    await transact(metadata, async (transaction) => {
      if ((await transaction.get(annotationSets, id))?.count !== count)
        transaction.put(annotationSets, [id], { count })
    })
  }
}
