import type { Pair } from '../api/pairs.ts'
import { panelTexts } from '../texts/object-panel.ts'
import { PairsEditor } from './pairs-editor.tsx'
import { SaveBar } from './save-bar.tsx'
import type { Edited } from './use-edited.ts'

/** Tags, with what saves them. */
export function TagsEditor({ edited }: { readonly edited: Edited<readonly Pair[]> }) {
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
