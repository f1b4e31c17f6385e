import { Section } from '../shared/section.tsx'
import { peopleTexts } from '../texts/people.ts'
import { AttachedPolicies } from './attached-policies.tsx'
import { InlinePolicies } from './inline-policies.tsx'
import { Members } from './members.tsx'
import { PageHead } from './page-head.tsx'
import { removeHolder } from './remove-holder.ts'

/** All about one group. */
export function GroupPage({ name }: { readonly name: string }) {
  return (
    <div class="setting-place">
      <PageHead kind="groups" name={name} remove={() => removeHolder('Group', name)} />
      <Section title={peopleTexts.members} isOpen={true}>
        <Members of="GroupName" name={name} />
      </Section>
      <Section title={peopleTexts.attached} isOpen={true}>
        <AttachedPolicies holder="Group" name={name} />
      </Section>
      <Section title={peopleTexts.inline}>
        <InlinePolicies holder="Group" name={name} />
      </Section>
    </div>
  )
}
