import { transact } from '../../../metadata/transaction.ts'
import type { RetentionRow } from '../../../metadata/tables/object-lock-rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { ObjectLockRetention } from '../../../model/types.gen.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { lockConditionKeys } from '../../shared/deciding/lock-condition-keys.ts'
import { announceObject } from '../../shared/announcing/announce.ts'
import {
  assertNotLocked,
  assertObjectLock,
  bypassesGovernance,
  PUT_OBJECT_RETENTION,
} from '../../shared/object/object-lock-rules.ts'
import {
  type AskedRetention,
  askedRetention,
  retentionFrom,
  type SaidRetention,
} from '../../shared/object/asked-retention.ts'
import { keepsAsLong } from '../../shared/object/retained-until.ts'
import { saidNow } from '../../shared/replicating/trait-changes.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { changeVersion } from '../../shared/version-rows/change-version.ts'

export const PutObjectRetention = defineOperation('PutObjectRetention', {
  access: PUT_OBJECT_RETENTION,
  contextKeys: ({ Retention }, now) => {
    const { until: retainUntil, ...said } = saidOf(Retention)
    return lockConditionKeys({ ...said, retainUntil }, now)
  },
  async handle(input, context) {
    const { service } = context
    const { Bucket, Key, VersionId } = input
    assertObjectLock(bucketOf(context))
    const now = service.clock.now()
    const asked = askedRetention(saidOf(input.Retention), now, () => new S3Error('MalformedXML'))
    const bypasses = await bypassesGovernance(context, input)
    await transact(service.stores.metadata, async (transaction) => {
      const bucket = await bucketForWrite(transaction, Bucket, bucketOf(context))
      const row = await changeVersion(transaction, bucket, Key, VersionId, (version) => {
        const retention = changed(version.retention, asked, now, bypasses)
        if (!isOfEventHold(version.retention, retention)) return { retention }
        return saidNow(service.clock, bucket, version, 'retention', retention)
      })
      const event = { name: 'ObjectRetention:Put', key: Key, cause: context } as const
      await announceObject(transaction, service, Bucket, bucket, row, event)
    })
    return {}
  },
})

function saidOf({ Mode, RetainUntilDate, EventHold, EventHoldDuration }: ObjectLockRetention): SaidRetention {
  const { Days, Years } = EventHoldDuration ?? {}
  return { mode: Mode, until: RetainUntilDate, eventHold: EventHold, days: Days, years: Years }
}

/**
 * Longer is always allowed, and to release an event hold; all else takes that the old retention is over, or is governance and bypassed. To
 * compliance, too: nobody could take that back, and S3 asks for the bypass (ceph pull request 42505 tried it). Where nothing is asked for
 * the retention is taken away. Source: S3 User Guide, "Object Lock retention modes": to "alter its lock settings" takes special permissions.
 */
function changed(
  before: RetentionRow | undefined,
  asked: AskedRetention | undefined,
  now: Date,
  bypasses: boolean,
): RetentionRow | undefined {
  const next = asked && retentionFrom(asked, before, now)
  if (!next || !before || !keepsAsLong(next, before, now))
    assertNotLocked({ retention: before }, now, bypasses)
  return next
}

/** Two sides that replicate to each other have to come to the same of an event hold, which is turned on and off; a date is the later one on both. */
function isOfEventHold(before: RetentionRow | undefined, next: RetentionRow | undefined): boolean {
  return before?.eventHold !== undefined || next?.eventHold !== undefined
}
