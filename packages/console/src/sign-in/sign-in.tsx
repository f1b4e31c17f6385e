import { signInTexts } from '../texts/sign-in.ts'
import { Icon } from '../shared/icon.tsx'
import { hasNativeHash } from '../api/payload-hash.ts'
import { AccessKeyForm } from './access-key-form.tsx'

/** The first thing that somebody sees. */
export function SignIn() {
  return (
    <main class="sign-in">
      <div class="card">
        <img src="/-/console/icon.svg" alt="" width="40" height="40" />
        <h1>{signInTexts.title}</h1>
        {!hasNativeHash() && (
          <div class="note warning">
            <Icon name="warning" />
            <p>{signInTexts.unprotected}</p>
          </div>
        )}
        <AccessKeyForm />
      </div>
    </main>
  )
}
