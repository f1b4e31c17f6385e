import { iam, policyText } from '../api/iam.ts'
import { xmlChild, xmlText } from '../api/xml.ts'
import { Section } from '../shared/section.tsx'
import { peopleTexts } from '../texts/people.ts'
import { AttachedPolicies } from './attached-policies.tsx'
import { EditedPolicy } from './edited-policy.tsx'
import { InlinePolicies } from './inline-policies.tsx'
import { PageHead } from './page-head.tsx'
import { removeHolder } from './remove-holder.ts'

/** All about one role. */
export function RolePage({ name }: { readonly name: string }) {
  return (
    <div class="setting-place">
      <PageHead kind="roles" name={name} remove={() => removeHolder('Role', name)} />
      <EditedPolicy
        title={peopleTexts.trust}
        kind="trust"
        of={name}
        read={() => trustOf(name)}
        write={async (document) =>
          void (await iam('UpdateAssumeRolePolicy', { RoleName: name, PolicyDocument: document }))
        }
      />
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
