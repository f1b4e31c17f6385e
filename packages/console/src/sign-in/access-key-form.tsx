import { useState } from 'preact/hooks'
import { callerIdentity } from '../api/identity.ts'
import { signIn } from '../api/session.ts'
import { settings } from '../api/settings.ts'
import { ErrorNote } from '../shared/error-note.tsx'
import { Check, Field } from '../shared/field.tsx'
import { signInTexts } from '../texts/sign-in.ts'

interface Given {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

/** Asks for an access key, and whether it is one before going on. */
export function AccessKeyForm() {
  const [given, setGiven] = useState<Given>({ accessKeyId: '', secretAccessKey: '', sessionToken: '' })
  const [isTemporary, setTemporary] = useState(false)
  const [keep, setKeep] = useState(false)
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const submit = (event: Event): void => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    enter(given, isTemporary, keep).catch((reason: unknown) => {
      setError(reason)
      setBusy(false)
    })
  }
  const secret = { type: 'password', required: true, autoComplete: 'current-password' } as const
  return (
    <form onSubmit={submit}>
      <Field
        label={signInTexts.accessKey}
        value={given.accessKeyId}
        onValue={(accessKeyId) => setGiven({ ...given, accessKeyId })}
        input={{ required: true, autoComplete: 'username', name: 'access-key' }}
      />
      <Field
        label={signInTexts.secretKey}
        value={given.secretAccessKey}
        onValue={(secretAccessKey) => setGiven({ ...given, secretAccessKey })}
        input={{ ...secret, name: 'secret-key' }}
      />
      {isTemporary && (
        <Field
          label={signInTexts.sessionToken}
          value={given.sessionToken}
          onValue={(sessionToken) => setGiven({ ...given, sessionToken })}
          input={{ required: true, name: 'session-token' }}
        />
      )}
      <Check label={signInTexts.hasToken} checked={isTemporary} onChecked={setTemporary} />
      <Check label={signInTexts.keep} checked={keep} onChecked={setKeep} hint={signInTexts.keepHint} />
      {error !== undefined && <ErrorNote error={error} />}
      <button type="submit" class="primary" disabled={isBusy}>
        {signInTexts.submit}
      </button>
      <p class="hint">{signInTexts.where}</p>
    </form>
  )
}

async function enter(given: Given, isTemporary: boolean, keep: boolean): Promise<void> {
  const credentials = {
    accessKeyId: given.accessKeyId.trim(),
    secretAccessKey: given.secretAccessKey.trim(),
    ...(isTemporary && { sessionToken: given.sessionToken.trim() }),
  }
  const { region } = await settings()
  const identity = await callerIdentity({ credentials, region })
  signIn({ credentials, region, ...identity }, keep)
}
