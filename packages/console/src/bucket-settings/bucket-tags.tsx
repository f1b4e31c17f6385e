import { bucketArn } from '../api/bucket-kind.ts'
import type { Pair } from '../api/pairs.ts'
import { changeResourceTags, listResourceTags } from '../api/resource-tags.ts'
import { signedIn } from '../api/session.ts'
import { TagsEditor } from '../shared/tags-editor.tsx'
import { useEdited } from '../shared/use-edited.ts'
import { accessSettingTexts } from '../texts/settings/access.ts'

/** The tags of a bucket as S3 Control has them: changed one by one, not as a document. */
export function BucketTags({ bucket }: { readonly bucket: string }) {
  const arn = bucketArn(bucket, signedIn())
  const edited = useEdited<readonly Pair[]>(
    (signal) => listResourceTags(arn, signal),
    (tags) => changeResourceTags(arn, tags),
    [arn],
  )
  return (
    <>
      <p class="dim">{accessSettingTexts.tags.explanation}</p>
      <TagsEditor edited={edited} />
    </>
  )
}
