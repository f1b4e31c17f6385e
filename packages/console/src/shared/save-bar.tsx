import { commonTexts } from '../texts/common.ts'
import { ErrorNote } from './error-note.tsx'
import type { Edited } from './use-edited.ts'

/** What went wrong, and the button that saves. */
export function SaveBar<T>({ edited }: { readonly edited: Edited<T> }) {
  const { error, isBusy, isChanged, save, value } = edited
  return (
    <>
      {error !== undefined && <ErrorNote error={error} />}
      {value === undefined && error === undefined && <p class="dim">{commonTexts.loading}</p>}
      {value !== undefined && (
        <button type="button" class="primary" disabled={isBusy || !isChanged} onClick={save}>
          {commonTexts.save}
        </button>
      )}
    </>
  )
}
