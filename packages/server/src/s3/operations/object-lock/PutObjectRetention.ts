import { transact } from '../../../metadata/transaction.ts'
import type { ObjectRow, RetentionRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { ObjectLockRetention } from '../../../model/types.gen.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { lockConditionKeys } from '../../shared/deciding/lock-condition-keys.ts'
import { announceObject } from '../../shared/announcing/announce.ts'
import {
  assertNotLocked,
  assertObjectLock,
  bypassesGovernance,
  checkedRetention,
  PUT_OBJECT_RETENTION,
} from '../../shared/object/object-lock-rules.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { changeVersion } from '../../shared/version-rows/change-version.ts'

export const PutObjectRetention = defineOperation('PutObjectRetention', {
  access: PUT_OBJECT_RETENTION,
  contextKeys: ({ Retention: { Mode, RetainUntilDate } }, now) =>
    lockConditionKeys({ mode: Mode, retainUntil: RetainUntilDate }, now),
  async handle(input, context) {
    const { service } = context
    const { Bucket, Key, VersionId } = input
    assertObjectLock(bucketOf(context))
    const now = service.clock.now()
    const asked = retentionOf(input.Retention, now)
    const bypasses = await bypassesGovernance(context, input)
    await transact(service.stores.metadata, async (transaction) => {
      const bucket = await bucketForWrite(transaction, Bucket, bucketOf(context))
      const row = await changeVersion(transaction, bucket, Key, VersionId, (version) => ({
        retention: changed(version, asked, now, bypasses),
      }))
      const event = { name: 'ObjectRetention:Put', key: Key, cause: context } as const
      await announceObject(transaction, service, Bucket, bucket, row, event)
    })
    return {}
  },
})

/** Neither mode and date: the retention is taken away, as far as that is allowed. */
function retentionOf(
  { Mode, RetainUntilDate, EventHold, EventHoldDuration }: ObjectLockRetention,
  now: Date,
): RetentionRow | undefined {
  if (EventHold ?? EventHoldDuration) {
    throw new S3Error('NotImplemented', {}, { message: 'Event holds are not implemented' })
  }
  if (Mode === undefined && RetainUntilDate === undefined) return undefined
  if (Mode === undefined || RetainUntilDate === undefined) throw new S3Error('MalformedXML')
  return checkedRetention(Mode, RetainUntilDate, now)
}

/**
 * Longer is always allowed; all else takes that the old retention is over, or is governance and bypassed. To compliance,
 * too: nobody could take that back, and S3 asks for the bypass (ceph pull request 42505 tried it). Source: S3 User Guide,
 * "Object Lock retention modes": to "alter its lock settings" takes special permissions.
 */
function changed(
  { retention }: ObjectRow,
  asked: RetentionRow | undefined,
  now: Date,
  bypasses: boolean,
): RetentionRow | undefined {
  const isLonger =
    asked !== undefined &&
    retention !== undefined &&
    asked.untilMilliseconds >= retention.untilMilliseconds &&
    asked.mode === retention.mode
  if (!isLonger) assertNotLocked({ retention }, now, bypasses)
  return asked
}
