import { useEffect, useState } from 'preact/hooks'

export interface Loaded<T> {
  readonly value: T | undefined
  readonly error: unknown
  /** Once more. */
  readonly reload: () => void
}

/** What `load` resolves to, loaded anew when one of `inputs` changes; what is no longer wanted is aborted. */
export function useLoaded<T>(
  load: (signal: AbortSignal) => Promise<T>,
  inputs: readonly unknown[],
): Loaded<T> {
  const [state, setState] = useState<{ value?: T; error?: unknown }>({})
  const [round, setRound] = useState(0)
  useEffect(() => {
    const abort = new AbortController()
    load(abort.signal).then(
      (value) => setState({ value }),
      (error: unknown) => {
        if (!abort.signal.aborted) setState({ error })
      },
    )
    return () => abort.abort()
  }, [...inputs, round])
  return { value: state.value, error: state.error, reload: () => setRound((before) => before + 1) }
}
