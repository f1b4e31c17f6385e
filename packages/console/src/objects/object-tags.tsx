import { getTags, type ObjectName, putTags } from '../api/object-details.ts'
import type { Pair } from '../api/pairs.ts'
import { PairsEditor } from '../shared/pairs-editor.tsx'
import { SaveBar } from '../shared/save-bar.tsx'
import { useEdited } from '../shared/use-edited.ts'
import { panelTexts } from '../texts/object-panel.ts'

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
  return (
    <>
      {edited.value && (
        <PairsEditor
          pairs={edited.value}
          onPairs={edited.change}
          nameLabel={panelTexts.tagName}
          valueLabel={panelTexts.tagValue}
        />
      )}
      <SaveBar edited={edited} />
    </>
  )
}
