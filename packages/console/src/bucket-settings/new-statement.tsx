import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { bucketArn } from '../api/bucket-kind.ts'
import { signedIn } from '../api/session.ts'
import { Choice } from '../shared/choice.tsx'
import { Field } from '../shared/field.tsx'
import { Icon } from '../shared/icon.tsx'
import { jsonProblem } from '../shared/json-field.tsx'
import { settingTexts } from '../texts/bucket-settings.ts'
import { type Action, type SessionAction, type Who, withGrant } from './policy-document.ts'

export interface NewStatementProps {
  readonly bucket: string
  readonly text: string
  readonly onText: (text: string) => void
}

const ACCOUNTS = { thisAccount: settingTexts.thisAccount, otherAccount: settingTexts.otherAccount }
const EVERYBODY: Readonly<Record<Who, string>> = { ...ACCOUNTS, anybody: settingTexts.anybody }

/** The usual statements of a policy, to be put in. */
export function NewStatement({ bucket, text, onText }: NewStatementProps) {
  const [who, setWho] = useState<Who>('thisAccount')
  const [other, setOther] = useState('')
  const [action, setAction] = useState<Action>('read')
  const [prefix, setPrefix] = useState('')
  const account = accountOf(who, other)
  const put = (): void => onText(withGrant(text, { who, account, action, bucket, prefix }))
  return (
    <StatementForm isReady={jsonProblem(text) === undefined && account !== ''} onPut={put}>
      <Choice label={settingTexts.whoMay} value={who} options={EVERYBODY} onValue={setWho} />
      {who === 'otherAccount' && <Field label={settingTexts.accountId} value={other} onValue={setOther} />}
      <Choice label={settingTexts.what} value={action} options={settingTexts.actions} onValue={setAction} />
      <Field label={settingTexts.below} value={prefix} onValue={setPrefix} />
    </StatementForm>
  )
}

/** The same of a directory bucket, whose policy gives sessions, never to everybody. */
export function NewSessionStatement({ bucket, text, onText }: NewStatementProps) {
  const [who, setWho] = useState<keyof typeof ACCOUNTS>('thisAccount')
  const [other, setOther] = useState('')
  const [action, setAction] = useState<SessionAction>('read')
  const account = accountOf(who, other)
  const put = (): void =>
    onText(withGrant(text, { account, action, bucketArn: bucketArn(bucket, signedIn()) }))
  return (
    <StatementForm isReady={jsonProblem(text) === undefined && account !== ''} onPut={put}>
      <Choice label={settingTexts.whoMay} value={who} options={ACCOUNTS} onValue={setWho} />
      {who === 'otherAccount' && <Field label={settingTexts.accountId} value={other} onValue={setOther} />}
      <Choice
        label={settingTexts.what}
        value={action}
        options={settingTexts.sessionActions}
        onValue={setAction}
      />
    </StatementForm>
  )
}

function accountOf(who: Who, other: string): string {
  return who === 'otherAccount' ? other.trim() : signedIn().account
}

interface StatementFormProps {
  readonly isReady: boolean
  readonly onPut: () => void
  readonly children: ComponentChildren
}

function StatementForm({ isReady, onPut, children }: StatementFormProps) {
  return (
    <fieldset>
      <legend>{settingTexts.template}</legend>
      {children}
      <button type="button" disabled={!isReady} onClick={onPut}>
        <Icon name="plus" />
        {settingTexts.putIn}
      </button>
    </fieldset>
  )
}
