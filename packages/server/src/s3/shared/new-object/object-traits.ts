import { type Soon, soon } from '../../../base/soon.ts'
import type { ObjectTraits } from '../../../metadata/tables/rows.ts'
import { type DescribingInput, describe } from '../object/describe.ts'
import { newObjectOwner } from './new-object-owner.ts'
import { bucketOf, type OperationContext } from '../service/operation.ts'
import { type LockInput, lockOfNewVersion } from '../object/object-lock-rules.ts'
import type { AclInput } from '../grants/requested-acl.ts'
import { PUT_OBJECT_TAGGING, tagsOfHeader } from '../object/tags.ts'

export interface TraitsInput extends DescribingInput, AclInput, LockInput {
  readonly Bucket: string
  readonly Key: string
  readonly Tagging?: string | undefined
}

/**
 * Checks all that a request says of a new object besides its bytes, permissions included, and brings it into the form of
 * a row.
 */
export function objectTraits(context: OperationContext, input: TraitsInput): Soon<ObjectTraits> {
  const { service } = context
  const bucket = bucketOf(context)
  // In a directory bucket it is empty where it comes.
  const isTagged = input.Tagging !== undefined && !bucket.directory
  const tags = isTagged ? tagsOfHeader(input.Tagging) : undefined
  const target = { bucketName: input.Bucket, bucket, key: input.Key }
  // Source: S3 API Reference, PutObject, "Permissions".
  return soon(tags && context.authorize(PUT_OBJECT_TAGGING, target), () => {
    const description = describe(input, service.settings.storageClasses, bucket.directory)
    return soon(newObjectOwner(context, target, input), (owner) =>
      soon(lockOfNewVersion(context, target, input), (lock) => ({
        ...description,
        ...owner,
        ...(tags && tags.length > 0 && { tags }),
        ...lock,
      })),
    )
  })
}
