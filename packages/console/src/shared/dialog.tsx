import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { commonTexts } from '../texts/common.ts'
import { Icon } from './icon.tsx'

export interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ComponentChildren
}

/** What somebody writes or chooses in a window. */
const FIELDS = 'input:not([type=checkbox], [type=radio], [readonly]), select, textarea'

/**
 * A window in front of all else, while it is rendered. The browser keeps the focus in it, and Escape closes it. It begins
 * at the field that says so (`autofocus`), or at the first; where there is none, at the button that closes it.
 */
export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    if (!dialog.current?.querySelector('[autofocus]'))
      dialog.current?.querySelector<HTMLElement>(FIELDS)?.focus()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog ref={dialog} aria-labelledby={titleId} onClose={onClose}>
      <header>
        <h2 id={titleId}>{title}</h2>
        <button type="button" class="quiet icon-only" aria-label={commonTexts.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  )
}
