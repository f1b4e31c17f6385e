import type { AdministrationOperation } from './operation.ts'
import { GetMetrics } from './operations/GetMetrics.ts'
import { ListDamages } from './operations/ListDamages.ts'
import { ListEventBacklogs } from './operations/ListEventBacklogs.ts'
import { ListQuarantine } from './operations/ListQuarantine.ts'
import { ListUploads } from './operations/ListUploads.ts'
import { ListWorkers } from './operations/ListWorkers.ts'

/** All that there are, by their paths. */
export const administrationOperations: ReadonlyMap<string, AdministrationOperation> = new Map(
  [GetMetrics, ListDamages, ListEventBacklogs, ListQuarantine, ListUploads, ListWorkers].map((operation) => [
    operation.path,
    operation,
  ]),
)
