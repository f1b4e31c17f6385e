import { hasEnded, session } from '../api/session.ts'
import { Questions } from '../shared/question.tsx'
import { Notices } from '../shared/notices.tsx'
import { lazy } from '../shared/lazy.tsx'
import { ShareDialogPlace } from '../objects/share-dialog-place.tsx'
import { SessionEnded } from '../sign-in/session-ended.tsx'
import { SignIn } from '../sign-in/sign-in.tsx'
import { Frame } from './frame.tsx'
import { PendingBar } from './pending-bar.tsx'

const View = lazy(() => import('./views.tsx').then(({ View }) => View))

/** The whole console. */
export function App() {
  return (
    <>
      <PendingBar />
      {session.value ? (
        <Frame>
          <View />
          <ShareDialogPlace />
        </Frame>
      ) : (
        <SignIn />
      )}
      {hasEnded.value && <SessionEnded />}
      <Questions />
      <Notices />
    </>
  )
}
