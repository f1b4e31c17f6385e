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
  readonly preview?: (change: { readonly before: string; readonly text: string }) => Promise<Previewed>
}

/** A document that is read, changed with the change in sight, and saved. */
export function EditedPolicy({ title, kind, of, read, write, preview }: EditedPolicyProps) {
  const edited = useEdited(read, write, [of])
  const { before = '', value: text } = edited
  return (
    <Section title={title} isOpen={true}>
      {text !== undefined && (
        <PolicyField
          label={peopleTexts.document}
          kind={kind}
          value={text}
          before={before}
          onValue={edited.change}
        />
      )}
      {preview && text !== undefined && edited.isChanged && jsonProblem(text) === undefined && (
        <ChangePreview of={text} change={() => preview({ before, text })} />
      )}
      <SaveBar edited={edited} />
    </Section>
  )
}
