import { accountPublicAccessBlock } from '../api/control.ts'
import { signedIn } from '../api/session.ts'
import { accountPublicAccess } from '../bucket-settings/settings/access.ts'
import { SettingEditor } from '../bucket-settings/setting-editor.tsx'
import { Section } from '../shared/section.tsx'
import { accountTexts } from '../texts/account.ts'
import { Quotas } from './quotas.tsx'

/** What counts for all buckets of the account. */
export function Account() {
  return (
    <>
      <header class="view-head">
        <h1>{accountTexts.title(signedIn().account)}</h1>
      </header>
      <div class="view-sections">
        <Section title={accountTexts.publicAccess} isOpen={true}>
          <p class="dim">{accountPublicAccess.explanation}</p>
          <SettingEditor place={accountPublicAccessBlock()} setting={accountPublicAccess} />
        </Section>
        <Section title={accountTexts.quotas} isOpen={true}>
          <p class="dim">{accountTexts.quotasAbout}</p>
          <Quotas />
        </Section>
      </div>
    </>
  )
}
