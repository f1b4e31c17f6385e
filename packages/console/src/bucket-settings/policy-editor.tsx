import { useState } from 'preact/hooks'
import { bucketHolder } from '../access/preview-questions.ts'
import { bucketDocument, getDocument, putDocument } from '../api/documents.ts'
import { signedIn } from '../api/session.ts'
import { Choice } from '../shared/choice.tsx'
import { Field } from '../shared/field.tsx'
import { Icon } from '../shared/icon.tsx'
import { jsonProblem } from '../shared/json-field.tsx'
import { settingTexts } from '../texts/bucket-settings.ts'
import { HolderPolicy } from './holder-policy.tsx'
import { type Action, type Who, withGrant } from './policy-document.ts'

/** The bucket's policy: as it is written, with help for the usual statements. */
export function PolicyEditor({ bucket: Bucket }: { readonly bucket: string }) {
  const place = bucketDocument(Bucket, 'policy')
  return (
    <>
      <p class="dim">{settingTexts.policyAbout}</p>
      <HolderPolicy
        holder={bucketHolder(Bucket)}
        title={settingTexts.policy}
        label={settingTexts.document}
        bucket={Bucket}
        place={place}
        read={(signal) => getDocument(place, signal)}
        write={(text) => putDocument(place, text)}
        changeTo={(Policy) =>
          Policy === undefined
            ? { operation: 'DeleteBucketPolicy', input: { Bucket } }
            : { operation: 'PutBucketPolicy', input: { Bucket, Policy } }
        }
        beside={(text, change) => <NewStatement bucket={Bucket} text={text} onText={change} />}
      />
    </>
  )
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
