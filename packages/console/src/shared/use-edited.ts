import { useState } from 'preact/hooks'
import { commonTexts } from '../texts/common.ts'
import { tellDone } from './notices.tsx'
import { useLoaded } from './use-loaded.ts'

export interface Edited<T> {
  /** As it is stored; `undefined` until it is loaded. */
  readonly before: T | undefined
  /** As it is edited; `undefined` until it is loaded. */
  readonly value: T | undefined
  readonly isChanged: boolean
  readonly error: unknown
  readonly isBusy: boolean
  readonly change: (value: T) => void
  readonly save: () => void
  readonly reload: () => void
}

interface Edit<T> {
  /** What had been loaded when it was made. */
  readonly of: { readonly at: string; readonly value: T }
  readonly value: T
}

/** Something that is loaded, changed by hand, and saved. What is changed while it is saved stays. */
export function useEdited<T>(
  load: (signal: AbortSignal) => Promise<T>,
  store: (value: T) => Promise<void>,
  inputs: readonly unknown[],
): Edited<T> {
  const at = JSON.stringify(inputs)
  const loaded = useLoaded(async (signal) => ({ at, value: await load(signal) }), inputs)
  const [edit, setEdit] = useState<Edit<T> | undefined>()
  const [saved, setSaved] = useState<Edit<T> | undefined>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const now = loaded.value
  // Stored, and not loaded again yet.
  const stored = now !== undefined && saved?.of === now ? saved : now
  const isKept = edit?.of.at === at && edit !== saved && (edit.of === now || edit.of === saved?.of)
  const isChanged = now !== undefined && isKept
  const value = isChanged ? edit.value : stored?.value
  const save = async (): Promise<void> => {
    if (!isChanged) return
    setBusy(true)
    setError(undefined)
    try {
      await store(edit.value)
      const done = { of: now, value: edit.value }
      setSaved(done)
      setEdit((latest) => (latest === edit ? done : latest))
      tellDone(commonTexts.saved)
      loaded.reload()
    } catch (reason) {
      setError(reason)
    }
    setBusy(false)
  }
  return {
    before: stored?.value,
    value,
    isChanged,
    error: error ?? loaded.error,
    isBusy,
    change: (value) => {
      // What was refused is another one than it is now.
      setError(undefined)
      if (now) setEdit({ of: now, value })
    },
    save: () => void save(),
    reload: loaded.reload,
  }
}
