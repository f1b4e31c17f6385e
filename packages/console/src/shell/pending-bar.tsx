import { useEffect, useState } from 'preact/hooks'
import { pending } from '../api/send.ts'
import { frameTexts } from '../texts/frame.ts'

const SHOWN_AFTER_MILLISECONDS = 300

/** Moves while requests are under way for longer than an instant. */
export function PendingBar() {
  const isPending = pending.value > 0
  const [shown, setShown] = useState(false)
  useEffect(() => {
    if (!isPending) {
      setShown(false)
      return
    }
    const timer = setTimeout(() => setShown(true), SHOWN_AFTER_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [isPending])
  return shown ? <div class="pending-bar" role="progressbar" aria-label={frameTexts.working} /> : null
}
