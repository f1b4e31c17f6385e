import type { AdministrationOperation } from './operation.ts'
import { GetDenial } from './operations/get-denial.ts'
import { GetMetrics } from './operations/get-metrics.ts'
import { GetUsage } from './operations/get-usage.ts'
import { ListDamages } from './operations/list-damages.ts'
import { ListEventBacklogs } from './operations/list-event-backlogs.ts'
import { ListQuarantine } from './operations/list-quarantine.ts'
import { ListUploads } from './operations/list-uploads.ts'
import { ListWorkers } from './operations/list-workers.ts'

/** All that there are, by their paths. */
export const administrationOperations: ReadonlyMap<string, AdministrationOperation> = new Map(
  [
    GetDenial,
    GetMetrics,
    GetUsage,
    ListDamages,
    ListEventBacklogs,
    ListQuarantine,
    ListUploads,
    ListWorkers,
  ].map((operation) => [operation.path, operation]),
)
