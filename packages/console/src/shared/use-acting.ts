import { useState } from 'preact/hooks'
import { tellFailed } from './notices.tsx'

/** Runs one thing at a time, and tells what went wrong; `after` runs when it is done, whatever came of it. */
export function useActing(after: () => void): {
  readonly isBusy: boolean
  readonly act: (run: () => Promise<unknown>) => void
} {
  const [isBusy, setBusy] = useState(false)
  const act = async (run: () => Promise<unknown>): Promise<void> => {
    setBusy(true)
    try {
      await run()
    } catch (error) {
      tellFailed(error)
    }
    setBusy(false)
    after()
  }
  return { isBusy, act: (run) => void act(run) }
}
