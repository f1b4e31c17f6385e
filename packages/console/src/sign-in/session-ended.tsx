import { endRenewal, signOut } from '../api/session.ts'
import { Dialog } from '../shared/dialog.tsx'
import { frameTexts } from '../texts/frame.ts'
import { signInTexts } from '../texts/sign-in.ts'
import { SignInWays } from './sign-in-ways.tsx'

/** Asks who has signed in to sign in again. The page behind stays, and what was asked for goes on then. */
export function SessionEnded() {
  return (
    <Dialog title={signInTexts.ended} onClose={() => endRenewal(false)}>
      <p>{signInTexts.endedDetail}</p>
      <SignInWays />
      <footer>
        <button type="button" onClick={signOut}>
          {frameTexts.signOut}
        </button>
      </footer>
    </Dialog>
  )
}
