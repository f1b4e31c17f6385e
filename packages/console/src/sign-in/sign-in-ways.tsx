import { useState } from 'preact/hooks'
import { session } from '../api/session.ts'
import { settings } from '../api/settings.ts'
import { useLoaded } from '../shared/use-loaded.ts'
import { signInTexts } from '../texts/sign-in.ts'
import { AccessKeyForm } from './access-key-form.tsx'
import { keepPlace } from './kept-place.ts'
import { PasswordForm } from './password-form.tsx'

/** All that the server lets somebody sign in with. */
export function SignInWays() {
  const { value: known } = useLoaded(settings, [])
  const [hasName, setHasName] = useState(() => hadPassword())
  const way = (text: string, isName: boolean) => (
    <button type="button" aria-pressed={hasName === isName} onClick={() => setHasName(isName)}>
      {text}
    </button>
  )
  return (
    <div class="sign-in-ways">
      {known?.signIn.password === true && (
        <div class="ways" role="group" aria-label={signInTexts.ways}>
          {way(signInTexts.withKey, false)}
          {way(signInTexts.withName, true)}
        </div>
      )}
      {hasName ? <PasswordForm /> : <AccessKeyForm />}
      {known?.signIn.providers.map(({ id, name }) => (
        <a key={id} class="button provider" href={`/-/sign-in/${encodeURIComponent(id)}`} onClick={keepPlace}>
          {signInTexts.withProvider(name)}
        </a>
      ))}
    </div>
  )
}

/** Whether the session that is over was of a user with a name and a password, whose credentials tell how long they are good. */
function hadPassword(): boolean {
  const { expiration, arn = '' } = session.value ?? {}
  return expiration !== undefined && arn.includes(':user/')
}
