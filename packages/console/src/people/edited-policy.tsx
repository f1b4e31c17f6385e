import { PolicyField, type PolicyFieldProps } from '../policy/policy-field.tsx'
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
}

/** A document that is read, changed with the change in sight, and saved. */
export function EditedPolicy({ title, kind, of, read, write }: EditedPolicyProps) {
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
      <SaveBar edited={edited} />
    </Section>
  )
}
