import { useEffect, useState } from 'preact/hooks'

export interface Loaded<T> {
  readonly value: T | undefined
  readonly error: unknown
  /** Once more. */
  readonly reload: () => void
}

interface Answer<T> {
  /** The inputs that it is of. */
  readonly at: string
  readonly value?: T
  readonly error?: unknown
}

/**
 * What `load` resolves to, loaded anew when one of `inputs` changes: until then there is nothing, since it would be of something else.
 * What is no longer wanted is aborted, and its answer counts for nothing where `load` does not heed that.
 */
export function useLoaded<T>(
  load: (signal: AbortSignal) => Promise<T>,
  inputs: readonly unknown[],
): Loaded<T> {
  const at = JSON.stringify(inputs)
  const [state, setState] = useState<Answer<T>>({ at })
  const [round, setRound] = useState(0)
  useEffect(() => {
    const abort = new AbortController()
    const answered = (answer: Answer<T>): void => {
      if (!abort.signal.aborted) setState(answer)
    }
    load(abort.signal).then(
      (value) => answered({ at, value }),
      (error: unknown) => answered({ at, error }),
    )
    return () => abort.abort()
  }, [at, round])
  const { value, error }: Partial<Answer<T>> = state.at === at ? state : {}
  return { value, error, reload: () => setRound((before) => before + 1) }
}
