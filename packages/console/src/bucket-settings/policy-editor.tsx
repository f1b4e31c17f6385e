import { useState } from 'preact/hooks'
import { ChangePreview, type Previewed } from '../access/change-preview.tsx'
import { bucketHolder, namedPrincipals, namedResources } from '../access/preview-questions.ts'
import { bucketDocument, getDocument, putDocument } from '../api/documents.ts'
import { signedIn } from '../api/session.ts'
import { PolicyField } from '../policy/policy-field.tsx'
import { Choice } from '../shared/choice.tsx'
import { Field } from '../shared/field.tsx'
import { Icon } from '../shared/icon.tsx'
import { jsonProblem } from '../shared/json-field.tsx'
import { SaveBar } from '../shared/save-bar.tsx'
import { useEdited } from '../shared/use-edited.ts'
import { settingTexts } from '../texts/bucket-settings.ts'
import { type Action, isPublicPolicy, prettyPolicy, type Who, withGrant } from './policy-document.ts'
import { SettingButtons } from './setting-buttons.tsx'
import { Warning } from '../shared/warning.tsx'

/** The bucket's policy: as it is written, with help for the usual statements. */
export function PolicyEditor({ bucket }: { readonly bucket: string }) {
  const place = bucketDocument(bucket, 'policy')
  const load = async (signal: AbortSignal): Promise<string> => prettyPolicy(await getDocument(place, signal))
  const edited = useEdited(load, (text) => putDocument(place, text), [bucket])
  const { before = '', value: text, change } = edited
  if (text === undefined) return <SaveBar edited={edited} />
  return (
    <>
      <p class="dim">{settingTexts.policyAbout}</p>
      <div class="setting">
        <NewStatement bucket={bucket} text={text} onText={change} />
        <section>
          <PolicyField
            label={settingTexts.document}
            kind="bucket"
            bucket={bucket}
            value={text}
            before={before}
            onValue={change}
          />
        </section>
      </div>
      {edited.isChanged && jsonProblem(text) === undefined && (
        <ChangePreview of={text} change={() => policyChange(bucket, before, text)} />
      )}
      {isPublicPolicy(text) && <Warning text={settingTexts.publicPolicy} />}
      <SettingButtons place={place} title={settingTexts.policy} edited={edited} canDelete />
    </>
  )
}

function policyChange(Bucket: string, before: string, text: string): Previewed {
  const both = [before, text]
  const isGone = text.trim() === ''
  return {
    changes: [
      isGone
        ? { operation: 'DeleteBucketPolicy', input: { Bucket } }
        : { operation: 'PutBucketPolicy', input: { Bucket, Policy: text } },
    ],
    principals: ['anonymous', ...namedPrincipals(both), signedIn().account],
    resources: namedResources(both, [bucketHolder(Bucket)]),
  }
}

interface NewStatementProps {
  readonly bucket: string
  readonly text: string
  readonly onText: (text: string) => void
}

const WHO: Readonly<Record<Who, string>> = {
  thisAccount: settingTexts.thisAccount,
  otherAccount: settingTexts.otherAccount,
  anybody: settingTexts.anybody,
}

function NewStatement({ bucket, text, onText }: NewStatementProps) {
  const [who, setWho] = useState<Who>('thisAccount')
  const [other, setOther] = useState('')
  const [action, setAction] = useState<Action>('read')
  const [prefix, setPrefix] = useState('')
  const account = who === 'thisAccount' ? signedIn().account : other.trim()
  const put = (): void => onText(withGrant(text, { who, account, action, bucket, prefix }))
  return (
    <fieldset>
      <legend>{settingTexts.template}</legend>
      <Choice label={settingTexts.whoMay} value={who} options={WHO} onValue={setWho} />
      {who === 'otherAccount' && <Field label={settingTexts.accountId} value={other} onValue={setOther} />}
      <Choice label={settingTexts.what} value={action} options={settingTexts.actions} onValue={setAction} />
      <Field label={settingTexts.below} value={prefix} onValue={setPrefix} />
      <button
        type="button"
        disabled={jsonProblem(text) !== undefined || (who === 'otherAccount' && account === '')}
        onClick={put}
      >
        <Icon name="plus" />
        {settingTexts.putIn}
      </button>
    </fieldset>
  )
}
