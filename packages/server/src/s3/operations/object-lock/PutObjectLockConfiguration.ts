import type {
  DefaultRetentionRow,
  ObjectLockRow,
  PeriodRow,
} from '../../../metadata/tables/object-lock-rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type {
  DefaultRetention,
  EventHoldDuration,
  ObjectLockConfiguration,
} from '../../../model/types.gen.ts'
import { changeBucket } from '../../shared/bucket/change-bucket.ts'
import { checkedPeriod } from '../../shared/object/asked-retention.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const PutObjectLockConfiguration = defineOperation('PutObjectLockConfiguration', {
  access: { action: 's3:PutBucketObjectLockConfiguration', on: 'bucket' },
  async handle(input, context) {
    const objectLock = lockOf(input.ObjectLockConfiguration)
    await changeBucket(context, input.Bucket, (bucket) => {
      if (bucket.versioning === 'Enabled') return { objectLock }
      const message = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"
      throw new S3Error('InvalidBucketState', {}, { message })
    })
    return {}
  },
})

function lockOf({ ObjectLockEnabled, Rule }: ObjectLockConfiguration): ObjectLockRow {
  if (ObjectLockEnabled !== 'Enabled') throw new S3Error('MalformedXML')
  if (!Rule) return {}
  if (!Rule.DefaultRetention) throw new S3Error('MalformedXML')
  return { defaultRetention: retentionOf(Rule.DefaultRetention) }
}

/** A period, an event hold, or both. Source: S3 API Reference, ObjectLockRule. */
function retentionOf({ Mode, Days, Years, DefaultEventHold }: DefaultRetention): DefaultRetentionRow {
  const period = periodOf({ Days, Years }, 'Default retention period')
  const eventHold = DefaultEventHold && periodOf(DefaultEventHold, 'Default event hold duration')
  const isWhole = DefaultEventHold ? eventHold : period
  if (!isWhole || (Mode !== 'GOVERNANCE' && Mode !== 'COMPLIANCE')) throw new S3Error('MalformedXML')
  return { mode: Mode, ...period, ...(eventHold && { eventHold }) }
}

function periodOf({ Days, Years }: EventHoldDuration, what: string): PeriodRow | undefined {
  if (Days === undefined && Years === undefined) return undefined
  if (Days !== undefined && Years !== undefined) throw new S3Error('MalformedXML')
  return checkedPeriod({ days: Days, years: Years }, what)
}
