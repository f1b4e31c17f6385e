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
export async function objectTraits(context: OperationContext, input: TraitsInput): Promise<ObjectTraits> {
  const { service } = context
  const bucket = bucketOf(context)
  const tags = input.Tagging === undefined ? undefined : tagsOfHeader(input.Tagging)
  const target = { bucketName: input.Bucket, bucket, key: input.Key }
  // Source: S3 API Reference, PutObject, "Permissions".
  if (tags) await context.authorize(PUT_OBJECT_TAGGING, target)
  return {
    ...describe(input, service.settings.storageClasses),
    ...(await newObjectOwner(context, target, input)),
    ...(tags && tags.length > 0 && { tags }),
    ...(await lockOfNewVersion(context, target, input)),
  }
}
