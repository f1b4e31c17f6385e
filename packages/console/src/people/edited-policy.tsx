import { ChangePreview, type Previewed } from '../access/change-preview.tsx'
import { PolicyField, type PolicyFieldProps } from '../policy/policy-field.tsx'
import { jsonProblem } from '../shared/json-field.tsx'
import { SaveBar } from '../shared/save-bar.tsx'
import { Section } from '../shared/section.tsx'
import { useEdited } from '../shared/use-edited.ts'
import { peopleTexts } from '../texts/people.ts'

interface EditedPolicyProps extends Pick<PolicyFieldProps, 'kind'> {
  readonly title: string
  /** What it is of: for another the document is read anew. */
  readonly of: string
  readonly read: () => Promise<string>
  readonly write: (document: string) => Promise<void>
  /** Absent where it cannot be told what changes. */
  readonly preview?: (draft: { readonly before: string; readonly text: string }) => Promise<Previewed>
}

/** A document that is read, changed with the change in sight, and saved. */
export function EditedPolicy({ title, kind, of, read, write, preview }: EditedPolicyProps) {
  const edited = useEdited(
    async () => {
      const before = await read()
      return { before, text: before }
    },
    ({ text }) => write(text),
    [of],
  )
  return (
    <Section title={title} isOpen={true}>
      {edited.value && (
        <PolicyField
          label={peopleTexts.document}
          kind={kind}
          value={edited.value.text}
          before={edited.value.before}
          onValue={(text) => edited.change({ before: edited.value?.before ?? '', text })}
        />
      )}
      {preview && edited.value && edited.isChanged && jsonProblem(edited.value.text) === undefined && (
        <ChangePreview
          of={edited.value.text}
          change={() => preview(edited.value ?? { before: '', text: '' })}
        />
      )}
      <SaveBar edited={edited} />
    </Section>
  )
}
