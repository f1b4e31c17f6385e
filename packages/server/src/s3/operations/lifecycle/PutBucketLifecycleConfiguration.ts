import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { LifecycleRule } from '../../../model/types.gen.ts'
import { changeDocument } from '../../shared/bucket/bucket-documents.ts'
import type { LifecycleDocument } from '../../shared/bucket/lifecycle-rules.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { checkLifecycle } from './check-lifecycle.ts'

export const PutBucketLifecycleConfiguration = defineOperation('PutBucketLifecycleConfiguration', {
  freesSpace: true,
  access: {
    action: 's3:PutLifecycleConfiguration',
    on: 'bucket',
    directory: { action: 's3express:PutLifecycleConfiguration' },
  },
  async handle(input, context) {
    const { Rules } = input.LifecycleConfiguration
    checkLifecycle(Rules, context.service.settings.storageClasses, bucketOf(context))
    const minimumTransitionSize = input.TransitionDefaultMinimumObjectSize ?? 'all_storage_classes_128K'
    const document: LifecycleDocument = {
      rules: Rules.map((rule) => named(rule, context.service)),
      minimumTransitionSize,
    }
    await changeDocument(context, input.Bucket, 'lifecycle', JSON.stringify(document), assertNoMfaDelete)
    return bucketOf(context).directory ? {} : { TransitionDefaultMinimumObjectSize: minimumTransitionSize }
  },
})

/** Source: S3 User Guide, "Configuring MFA delete": not together with lifecycle rules. */
function assertNoMfaDelete({ mfaDelete }: BucketRow): void {
  if (mfaDelete !== 'Enabled') return
  const message = 'Lifecycle configuration is not allowed on a bucket with MFA delete.'
  throw new S3Error('InvalidBucketState', {}, { message })
}

/** S3 gives a rule without an id one of its own. */
function named(rule: LifecycleRule, { random }: S3Service): LifecycleRule {
  return rule.ID === undefined || rule.ID === ''
    ? { ...rule, ID: random.bytes(24).toString('base64url') }
    : rule
}
