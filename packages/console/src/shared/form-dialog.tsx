import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { commonTexts } from '../texts/common.ts'
import { Dialog } from './dialog.tsx'
import { ErrorNote } from './error-note.tsx'

export interface FormDialogProps {
  readonly title: string
  /** What the button says that sends the form. */
  readonly yes: string
  readonly onClose: () => void
  /** What goes wrong is told in the window, which stays. */
  readonly onSubmit: () => Promise<void>
  readonly children: ComponentChildren
}

/** A window that asks for something, with a button that sends it and one that does not. */
export function FormDialog({ title, yes, onClose, onSubmit, children }: FormDialogProps) {
  const [error, setError] = useState<unknown>()
  const submit = (event: Event): void => {
    event.preventDefault()
    onSubmit().catch(setError)
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        {children}
        {error !== undefined && <ErrorNote error={error} />}
        <footer>
          <button type="button" onClick={onClose}>
            {commonTexts.cancel}
          </button>
          <button type="submit" class="primary">
            {yes}
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
