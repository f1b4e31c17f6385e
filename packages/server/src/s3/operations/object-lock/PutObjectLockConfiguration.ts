import type { ObjectLockRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { DefaultRetention, ObjectLockConfiguration } from '../../../model/types.gen.ts'
import { changeBucket } from '../../shared/bucket/change-bucket.ts'
import { defineOperation } from '../../shared/service/operation.ts'

/** Source: S3 User Guide, "Object Lock considerations", default retention period. */
const MOST_DAYS = 36_500
const MOST_YEARS = 100

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

function retentionOf({
  Mode,
  Days,
  Years,
  DefaultEventHold,
}: DefaultRetention): ObjectLockRow['defaultRetention'] {
  if (DefaultEventHold)
    throw new S3Error('NotImplemented', {}, { message: 'Event holds are not implemented' })
  const isOne = (Days === undefined) !== (Years === undefined)
  if (!isOne || (Mode !== 'GOVERNANCE' && Mode !== 'COMPLIANCE')) throw new S3Error('MalformedXML')
  if (Days !== undefined) return { mode: Mode, days: checked(Days, MOST_DAYS, 'days') }
  return { mode: Mode, years: checked(Years ?? 0, MOST_YEARS, 'years') }
}

function checked(period: number, most: number, unit: string): number {
  if (period >= 1 && period <= most) return period
  const message =
    period < 1
      ? 'Default retention period must be a positive integer value'
      : `Default retention period too large: at most ${most} ${unit}`
  throw new S3Error('InvalidArgument', {}, { message })
}
