import { useState } from 'preact/hooks'
import { commonTexts } from '../texts/common.ts'
import { tellDone } from './notices.tsx'
import { useLoaded } from './use-loaded.ts'

export interface Edited<T> {
  /** As it is edited; `undefined` until it is loaded. */
  readonly value: T | undefined
  readonly isChanged: boolean
  readonly error: unknown
  readonly isBusy: boolean
  readonly change: (value: T) => void
  readonly save: () => void
  readonly reload: () => void
}

/** Something that is loaded, changed by hand, and saved. */
export function useEdited<T>(
  load: (signal: AbortSignal) => Promise<T>,
  store: (value: T) => Promise<void>,
  inputs: readonly unknown[],
): Edited<T> {
  const loaded = useLoaded(load, inputs)
  const [edit, setEdit] = useState<{ readonly of: T | undefined; readonly value: T } | undefined>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const isChanged = edit !== undefined && edit.of === loaded.value
  const value = isChanged ? edit.value : loaded.value
  const save = async (): Promise<void> => {
    if (value === undefined) return
    setBusy(true)
    setError(undefined)
    try {
      await store(value)
      tellDone(commonTexts.saved)
      loaded.reload()
    } catch (reason) {
      setError(reason)
    }
    setBusy(false)
  }
  return {
    value,
    isChanged,
    error: error ?? loaded.error,
    isBusy,
    change: (value) => setEdit({ of: loaded.value, value }),
    save: () => void save(),
    reload: loaded.reload,
  }
}
