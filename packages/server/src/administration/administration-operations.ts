import type { AdministrationMethod, AdministrationOperation } from './operation.ts'
import { DeleteQuota } from './operations/delete-quota.ts'
import { GetDenial } from './operations/get-denial.ts'
import { GetMetrics } from './operations/get-metrics.ts'
import { GetUsage } from './operations/get-usage.ts'
import { GetUsageHistory } from './operations/get-usage-history.ts'
import { ListDamages } from './operations/list-damages.ts'
import { ListEventBacklogs } from './operations/list-event-backlogs.ts'
import { ListQuarantine } from './operations/list-quarantine.ts'
import { ListQuotas } from './operations/list-quotas.ts'
import { ListReplicationBacklogs } from './operations/list-replication-backlogs.ts'
import { ListUploads } from './operations/list-uploads.ts'
import { ListWorkers } from './operations/list-workers.ts'
import { PreviewChange } from './operations/preview-change.ts'
import { PutQuota } from './operations/put-quota.ts'

type Methods = ReadonlyMap<string, AdministrationOperation>

/** All that there are, by their paths and methods. */
export const administrationOperations: ReadonlyMap<string, Methods> = byPath([
  DeleteQuota,
  GetDenial,
  GetMetrics,
  GetUsage,
  GetUsageHistory,
  ListDamages,
  ListEventBacklogs,
  ListQuarantine,
  ListQuotas,
  ListReplicationBacklogs,
  ListUploads,
  ListWorkers,
  PreviewChange,
  PutQuota,
])

function byPath(operations: readonly AdministrationOperation[]): ReadonlyMap<string, Methods> {
  const found = new Map<string, Map<AdministrationMethod, AdministrationOperation>>()
  for (const operation of operations) {
    const methods = found.get(operation.path) ?? new Map<AdministrationMethod, AdministrationOperation>()
    found.set(operation.path, methods.set(operation.method, operation))
  }
  return found
}
