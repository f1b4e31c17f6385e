import { useState } from 'preact/hooks'
import { Section } from '../shared/section.tsx'
import { peopleTexts } from '../texts/people.ts'
import { AccessKeys } from './access-keys.tsx'
import { AttachedPolicies } from './attached-policies.tsx'
import { InlinePolicies } from './inline-policies.tsx'
import { Members } from './members.tsx'
import { MfaDevices } from './mfa-devices.tsx'
import { PageHead } from './page-head.tsx'
import { Password } from './password.tsx'
import { removeHolder } from './remove-holder.ts'

/** All about one user. */
export function UserPage({ name }: { readonly name: string }) {
  const [round, setRound] = useState(0)
  return (
    <div class="setting-place">
      <PageHead kind="users" name={name} remove={() => removeHolder('User', name)} />
      <Section title={peopleTexts.keys} isOpen={true}>
        <AccessKeys userName={name} />
      </Section>
      <Section title={peopleTexts.attached} isOpen={true}>
        <AttachedPolicies key={round} holder="User" name={name} />
      </Section>
      <Section title={peopleTexts.inline}>
        <InlinePolicies holder="User" name={name} />
      </Section>
      <Section title={peopleTexts.memberships}>
        <Members of="UserName" name={name} />
      </Section>
      <Section title={peopleTexts.password}>
        <Password userName={name} onAttached={() => setRound(round + 1)} />
      </Section>
      <Section title={peopleTexts.mfa}>
        <MfaDevices userName={name} />
      </Section>
    </div>
  )
}
