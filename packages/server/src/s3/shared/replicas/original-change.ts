import { isDeepStrictEqual } from 'node:util'
import type { RetentionRow } from '../../../metadata/tables/object-lock-rows.ts'
import type { ObjectRow } from '../../../metadata/tables/rows.ts'
import { lockConditionKeys } from '../deciding/lock-condition-keys.ts'
import { PUT_OBJECT_ACL } from '../deciding/put-object-acl-rule.ts'
import {
  BYPASS_GOVERNANCE,
  isLocked,
  PUT_OBJECT_LEGAL_HOLD,
  PUT_OBJECT_RETENTION,
} from '../object/object-lock-rules.ts'
import { shownRetention } from '../object/shown-retention.ts'
import { versionIdOf } from '../object/version-order.ts'
import type { OperationContext } from '../service/operation.ts'
import type { ReplicaTarget } from './place-replica.ts'

/**
 * Throws AccessDenied where what is brought changes the lock or the ACL of a version that is no replica, and the caller has not the
 * permission of the operation that changes it: s3:ReplicateObject is about replicas.
 */
export async function assertMayChangeOriginal(
  context: OperationContext,
  target: ReplicaTarget,
  before: ObjectRow,
  after: ObjectRow,
): Promise<void> {
  if (before.isReplica) return
  const version = { ...target, versionId: versionIdOf(before) }
  const now = context.service.clock.now()
  if (!isDeepStrictEqual(after.acl, before.acl)) await context.authorize(PUT_OBJECT_ACL, version)
  const isHeld = after.legalHold === true
  if (isHeld !== (before.legalHold === true)) {
    const keys = lockConditionKeys({ legalHold: isHeld ? 'ON' : 'OFF' }, now)
    await context.authorize(PUT_OBJECT_LEGAL_HOLD, version, keys)
  }
  const { retention } = after
  if (!retention || isDeepStrictEqual(retention, before.retention)) return
  const { mode, until: retainUntil, eventHold, period } = shownRetention(retention, now)
  const held = { eventHold, days: period?.Days, years: period?.Years }
  const keys = lockConditionKeys({ mode, retainUntil, ...held }, now)
  await context.authorize(PUT_OBJECT_RETENTION, version, keys)
  if (isOtherMode(retention, before) && isLocked({ retention: before.retention }, now))
    await context.authorize(BYPASS_GOVERNANCE, version)
}

/** From governance to compliance, that is, perhaps for less long: what PutObjectRetention takes a bypass for. */
function isOtherMode({ mode }: RetentionRow, before: ObjectRow): boolean {
  return before.retention !== undefined && before.retention.mode !== mode
}
