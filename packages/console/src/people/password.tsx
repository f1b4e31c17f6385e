import { useState } from 'preact/hooks'
import { ApiError } from '../api/api-error.ts'
import { iam } from '../api/iam.ts'
import { xmlChild, xmlText } from '../api/xml.ts'
import { ErrorNote } from '../shared/error-note.tsx'
import { Check, Field } from '../shared/field.tsx'
import { tellDone } from '../shared/notices.tsx'
import { useActing } from '../shared/use-acting.ts'
import { useLoaded } from '../shared/use-loaded.ts'
import { peopleTexts } from '../texts/people.ts'

export interface PasswordProps {
  readonly userName: string
  /** A policy was attached to the user. */
  readonly onAttached: () => void
}

/** Whether a user signs in with a password, and a new one. */
export function Password({ userName, onAttached }: PasswordProps) {
  const { value: has, error, reload } = useLoaded(() => hasPassword(userName), [userName])
  const { isBusy, act } = useActing(reload)
  const [password, setPassword] = useState('')
  const [mustChange, setMustChange] = useState(true)
  const set = async (): Promise<void> => {
    if (mustChange && !(await mayAllChange())) {
      await iam('AttachUserPolicy', { UserName: userName, PolicyArn: CHANGE_PASSWORD })
      onAttached()
    }
    const action = has === true ? 'UpdateLoginProfile' : 'CreateLoginProfile'
    await iam(action, { UserName: userName, Password: password, PasswordResetRequired: String(mustChange) })
    setPassword('')
    tellDone(peopleTexts.saved)
  }
  if (error !== undefined) return <ErrorNote error={error} again={reload} />
  if (has === undefined) return null
  return (
    <>
      <p class="dim">{has ? peopleTexts.hasPassword : peopleTexts.noPassword}</p>
      <Field
        label={peopleTexts.newPassword}
        value={password}
        onValue={setPassword}
        input={{ type: 'password', autoComplete: 'new-password' }}
      />
      <Check
        label={peopleTexts.mustChange}
        hint={peopleTexts.mustChangeHint}
        checked={mustChange}
        onChecked={setMustChange}
      />
      <div class="setting-buttons">
        <button type="button" disabled={isBusy || password === ''} onClick={() => act(set)}>
          {peopleTexts.setPassword}
        </button>
        {has && (
          <button
            type="button"
            class="danger-quiet"
            disabled={isBusy}
            onClick={() => act(() => iam('DeleteLoginProfile', { UserName: userName }))}
          >
            {peopleTexts.removePassword}
          </button>
        )}
      </div>
    </>
  )
}

/** Without it a user may not change a password that has to be changed. AWS's console attaches it there too. */
const CHANGE_PASSWORD = 'arn:aws:iam::aws:policy/IAMUserChangePassword'

/** Whether the account lets all its users change their passwords. Who may not know is told no. */
async function mayAllChange(): Promise<boolean> {
  try {
    const policy = xmlChild(await iam('GetAccountPasswordPolicy'), 'PasswordPolicy')
    return policy !== undefined && xmlText(policy, 'AllowUsersToChangePassword') === 'true'
  } catch (error) {
    if (error instanceof ApiError && ['NoSuchEntity', 'AccessDenied'].includes(error.code)) return false
    throw error
  }
}

async function hasPassword(userName: string): Promise<boolean> {
  try {
    await iam('GetLoginProfile', { UserName: userName })
    return true
  } catch (error) {
    if (error instanceof ApiError && error.code === 'NoSuchEntity') return false
    throw error
  }
}
