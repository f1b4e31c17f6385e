import { getTags, type ObjectName, putTags } from '../api/object-details.ts'
import type { Pair } from '../api/pairs.ts'
import { TagsEditor } from '../shared/tags-editor.tsx'
import { useEdited } from '../shared/use-edited.ts'

export function ObjectTags({ name }: { readonly name: ObjectName }) {
  const edited = useEdited<readonly Pair[]>(
    () => getTags(name),
    (tags) =>
      putTags(
        name,
        tags.filter((tag) => tag.name !== ''),
      ),
    [name.bucket, name.key, name.versionId],
  )
  return <TagsEditor edited={edited} />
}
