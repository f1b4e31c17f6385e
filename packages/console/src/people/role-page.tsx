import { iam, policyText } from '../api/iam.ts'
import { xmlChild, xmlText } from '../api/xml.ts'
import { PolicyField } from '../policy/policy-field.tsx'
import { SaveBar } from '../shared/save-bar.tsx'
import { Section } from '../shared/section.tsx'
import { useEdited } from '../shared/use-edited.ts'
import { peopleTexts } from '../texts/people.ts'
import { AttachedPolicies } from './attached-policies.tsx'
import { InlinePolicies } from './inline-policies.tsx'
import { PageHead } from './page-head.tsx'
import { removeHolder } from './remove-holder.ts'

/** All about one role. */
export function RolePage({ name }: { readonly name: string }) {
  const edited = useEdited(
    async () => {
      const before = await trustOf(name)
      return { before, text: before }
    },
    async ({ text }) => void (await iam('UpdateAssumeRolePolicy', { RoleName: name, PolicyDocument: text })),
    [name],
  )
  return (
    <div class="setting-place">
      <PageHead kind="roles" name={name} remove={() => removeHolder('Role', name)} />
      <Section title={peopleTexts.trust} isOpen={true}>
        {edited.value && (
          <PolicyField
            label={peopleTexts.document}
            kind="trust"
            value={edited.value.text}
            before={edited.value.before}
            onValue={(text) => edited.change({ before: edited.value?.before ?? '', text })}
          />
        )}
        <SaveBar edited={edited} />
      </Section>
      <Section title={peopleTexts.attached} isOpen={true}>
        <AttachedPolicies holder="Role" name={name} />
      </Section>
      <Section title={peopleTexts.inline}>
        <InlinePolicies holder="Role" name={name} />
      </Section>
    </div>
  )
}

async function trustOf(name: string): Promise<string> {
  const role = xmlChild(await iam('GetRole', { RoleName: name }), 'Role')
  return policyText(role && xmlText(role, 'AssumeRolePolicyDocument'))
}
