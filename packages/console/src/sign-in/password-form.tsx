import { useState } from 'preact/hooks'
import { ApiError } from '../api/api-error.ts'
import { signInWithPassword } from '../api/password-sign-in.ts'
import { session, signIn } from '../api/session.ts'
import { ErrorNote } from '../shared/error-note.tsx'
import { Check, Field } from '../shared/field.tsx'
import { signInTexts } from '../texts/sign-in.ts'

/** What is asked for besides the password, once the server has said so. */
type Asked = 'code' | 'newPassword'

const ASKED: Readonly<Record<string, Asked>> = {
  CodeRequired: 'code',
  PasswordChangeRequired: 'newPassword',
}

/** Asks for a user's name and password, and for more where the server wants it. */
export function PasswordForm() {
  const [given, setGiven] = useState({ ...whoBefore(), password: '', code: '', newPassword: '' })
  const [asked, setAsked] = useState<ReadonlySet<Asked>>(new Set())
  const [keep, setKeep] = useState(false)
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const enter = async (): Promise<void> => {
    const { code, newPassword, ...always } = given
    const sent = {
      ...always,
      ...(asked.has('code') && { code }),
      ...(asked.has('newPassword') && { newPassword }),
    }
    signIn(await signInWithPassword(sent), keep)
  }
  const refused = (reason: unknown): void => {
    setBusy(false)
    const more = reason instanceof ApiError ? ASKED[reason.code] : undefined
    if (more && !asked.has(more)) setAsked(new Set([...asked, more]))
    else setError(reason)
  }
  const submit = (event: Event): void => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    enter().catch(refused)
  }
  const field = (name: keyof typeof given, label: string, input: object) => (
    <Field
      label={label}
      value={given[name]}
      onValue={(value) => setGiven({ ...given, [name]: value })}
      input={{ required: true, ...input }}
    />
  )
  return (
    <form onSubmit={submit}>
      {field('account', signInTexts.account, {})}
      {field('userName', signInTexts.userName, { autoComplete: 'username' })}
      {field('password', signInTexts.password, { type: 'password', autoComplete: 'current-password' })}
      {asked.has('code') &&
        field('code', signInTexts.code, { inputMode: 'numeric', autoComplete: 'one-time-code' })}
      {asked.has('newPassword') && <p>{signInTexts.mustChange}</p>}
      {asked.has('newPassword') &&
        field('newPassword', signInTexts.newPassword, { type: 'password', autoComplete: 'new-password' })}
      <Check label={signInTexts.keep} checked={keep} onChecked={setKeep} hint={signInTexts.keepHint} />
      {error !== undefined && <ErrorNote error={error} />}
      <button type="submit" class="primary" disabled={isBusy}>
        {signInTexts.submit}
      </button>
    </form>
  )
}

/** Whose session is over. */
function whoBefore(): { readonly account: string; readonly userName: string } {
  const { account = '', arn = '' } = session.value ?? {}
  return { account, userName: /:user\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1] ?? '' }
}
