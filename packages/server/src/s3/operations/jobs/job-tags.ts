import type { ErrorCode } from '../../../model/error-catalogue.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { S3Tag } from '../../../model/types.gen.ts'
import type { TagsRow } from '../../../metadata/tables/rows.ts'
import { tagsOfElements } from '../../shared/object/tags.ts'

/** Source: S3 User Guide, "Controlling access and labeling jobs using tags". */
const MOST_TAGS = 50

/** The tags of a job; none are absent. Throws `tooMany` for more than it may have, and InvalidTag. */
export function jobTags(tags: readonly S3Tag[], tooMany: ErrorCode): TagsRow | undefined {
  if (tags.length > MOST_TAGS)
    throw new S3Error(tooMany, {}, { message: `A job has ${MOST_TAGS} tags at the most` })
  return tags.length > 0 ? tagsOfElements(tags, MOST_TAGS) : undefined
}
