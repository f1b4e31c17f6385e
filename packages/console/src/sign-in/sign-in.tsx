import { useEffect, useState } from 'preact/hooks'
import { collectSignIn } from '../api/password-sign-in.ts'
import { signIn } from '../api/session.ts'
import { ErrorNote } from '../shared/error-note.tsx'
import { Warning } from '../shared/warning.tsx'
import { go, route } from '../shared/route.ts'
import { signInTexts } from '../texts/sign-in.ts'
import { takeKeptPlace } from './kept-place.ts'
import { SignInWays } from './sign-in-ways.tsx'

/** The first thing that somebody sees. */
export function SignIn() {
  const error = useProviderAnswer()
  return (
    <main class="sign-in">
      <div class="card">
        <img src="/-/console/icon.svg" alt="" width="40" height="40" />
        <h1>{signInTexts.title}</h1>
        {!globalThis.isSecureContext && <Warning text={signInTexts.unprotected} />}
        {error !== undefined && <ErrorNote error={error} />}
        <SignInWays />
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
      go(takeKeptPlace())
    }
    collect().catch(setError)
  }, [place])
  return error
}
