import type { ComponentType, JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { commonTexts } from '../texts/common.ts'
import { ErrorNote } from './error-note.tsx'

/** A component that is fetched when it is first shown. */
export function lazy<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => JSX.Element {
  let Loaded: ComponentType<Props> | undefined
  return function Lazy(props: Props) {
    const [error, setError] = useState<unknown>()
    const [, setReady] = useState(Loaded !== undefined)
    useEffect(() => {
      const fetchOnce = async (): Promise<void> => {
        Loaded ??= await load()
        setReady(true)
      }
      fetchOnce().catch(setError)
    }, [])
    if (error !== undefined) return <ErrorNote error={error} />
    return Loaded ? <Loaded {...props} /> : <p class="empty">{commonTexts.loading}</p>
  }
}
