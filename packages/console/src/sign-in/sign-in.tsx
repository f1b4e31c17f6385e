import { useEffect, useState } from 'preact/hooks'
import { collectSignIn } from '../api/password-sign-in.ts'
import { signIn } from '../api/session.ts'
import { settings } from '../api/settings.ts'
import { ErrorNote } from '../shared/error-note.tsx'
import { useLoaded } from '../shared/use-loaded.ts'
import { Warning } from '../shared/warning.tsx'
import { go, route } from '../shared/route.ts'
import { signInTexts } from '../texts/sign-in.ts'
import { AccessKeyForm } from './access-key-form.tsx'
import { PasswordForm } from './password-form.tsx'

/** The first thing that somebody sees. */
export function SignIn() {
  const { value: known } = useLoaded(settings, [])
  const [hasName, setHasName] = useState(false)
  const error = useProviderAnswer()
  const way = (text: string, isName: boolean) => (
    <button type="button" aria-pressed={hasName === isName} onClick={() => setHasName(isName)}>
      {text}
    </button>
  )
  return (
    <main class="sign-in">
      <div class="card">
        <img src="/-/console/icon.svg" alt="" width="40" height="40" />
        <h1>{signInTexts.title}</h1>
        {!globalThis.isSecureContext && <Warning text={signInTexts.unprotected} />}
        {error !== undefined && <ErrorNote error={error} />}
        {known?.signIn.password === true && (
          <div class="ways" role="group" aria-label={signInTexts.ways}>
            {way(signInTexts.withKey, false)}
            {way(signInTexts.withName, true)}
          </div>
        )}
        {hasName ? <PasswordForm /> : <AccessKeyForm />}
        {known?.signIn.providers.map(({ id, name }) => (
          <a key={id} class="button provider" href={`/-/sign-in/${encodeURIComponent(id)}`}>
            {signInTexts.withProvider(name)}
          </a>
        ))}
      </div>
    </main>
  )
}

/** Who comes back from a provider fetches the credentials that wait; tells why there are none. */
function useProviderAnswer(): unknown {
  const [error, setError] = useState<unknown>()
  const { parts, query } = route.value
  const [place] = parts
  useEffect(() => {
    if (place === 'sign-in-failed')
      setError(new Error(signInTexts.reasons[query['reason'] ?? ''] ?? signInTexts.failed))
    if (place !== 'signed-in') return
    const collect = async (): Promise<void> => {
      signIn(await collectSignIn(), false)
      go('#/buckets')
    }
    collect().catch(setError)
  }, [place])
  return error
}
