import type { AccessRule } from '../../../access/access-rule.ts'
import type { RetentionRow } from '../../../metadata/tables/object-lock-rows.ts'
import type { ObjectRow } from '../../../metadata/tables/rows.ts'
import type { AccessTarget } from '../../shared/service/access-target.ts'
import { GET_OBJECT_LEGAL_HOLD, GET_OBJECT_RETENTION } from '../../shared/object/object-lock-rules.ts'
import type { OperationContext } from '../../shared/service/operation.ts'
import { shownRetention } from '../../shared/object/shown-retention.ts'
import { GET_OBJECT_TAGGING } from '../../shared/object/tags.ts'

/** Whether there is anything for {@link traitHeaders} to tell: mostly there is not. */
export function hasTraits({ tags, retention, legalHold }: ObjectRow): boolean {
  return tags !== undefined || retention !== undefined || legalHold !== undefined
}

/**
 * What GetObject and HeadObject tell of an object's tags and lock, to callers who may read them. Source: S3 API
 * Reference, GetObject: `x-amz-tagging-count`, `x-amz-object-lock-*`.
 */
export async function traitHeaders(
  context: OperationContext,
  target: AccessTarget,
  { tags, retention, legalHold }: ObjectRow,
) {
  const may = async (rule: AccessRule): Promise<boolean> => (await context.decide(rule, target)).allowed
  return {
    ...(tags && (await may(GET_OBJECT_TAGGING)) && { TagCount: tags.length }),
    ...(retention &&
      (await may(GET_OBJECT_RETENTION)) &&
      retentionHeaders(retention, context.service.clock.now())),
    ...(legalHold !== undefined &&
      (await may(GET_OBJECT_LEGAL_HOLD)) && {
        ObjectLockLegalHoldStatus: legalHold ? ('ON' as const) : ('OFF' as const),
      }),
  }
}

function retentionHeaders(retention: RetentionRow, now: Date) {
  const { mode, until, eventHold, period } = shownRetention(retention, now)
  return {
    ObjectLockMode: mode,
    ObjectLockRetainUntilDate: until,
    ObjectLockEventHold: eventHold,
    ObjectLockEventHoldDurationDays: period?.Days,
    ObjectLockEventHoldDurationYears: period?.Years,
  }
}
