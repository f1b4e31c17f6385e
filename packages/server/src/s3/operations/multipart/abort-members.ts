import type { BucketRow, UploadRow } from '../../../metadata/tables/rows.ts'
import { plannedAbort, readLifecycleRules } from '../../shared/bucket/lifecycle-rules.ts'
import type { S3Service } from '../../shared/service/service.ts'

/** When a lifecycle rule will abort an upload, and which; nothing where none will. */
export async function abortMembers(
  service: S3Service,
  bucket: BucketRow,
  key: string,
  { initiatedMilliseconds }: Pick<UploadRow, 'initiatedMilliseconds'>,
): Promise<{ AbortDate?: Date; AbortRuleId?: string }> {
  const rules = await readLifecycleRules(service, bucket)
  const planned = plannedAbort(rules, { key, initiatedMilliseconds }, service.settings.dayMilliseconds)
  return planned ? { AbortDate: new Date(planned.atMilliseconds), AbortRuleId: planned.ruleId } : {}
}
