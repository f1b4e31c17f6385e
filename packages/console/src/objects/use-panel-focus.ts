import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/** Leads the focus into what is opened beside a list, and back to the row that opened it where it is still in there at the end. */
export function usePanelFocus(): RefObject<HTMLElement | null> {
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    const element = panel.current
    const opener = document.activeElement
    const link = hrefOf(opener)
    element?.focus({ preventScroll: true })
    return () => {
      // What is focused is taken out of the page before this runs: the body is in its place.
      if (document.activeElement === document.body) backTo(opener, link)
    }
  }, [])
  return panel
}

/** Rows are other objects' once they have been scrolled away: the list itself is focused then. */
function backTo(opener: Element | null, link: string | undefined): void {
  const isThere = opener?.isConnected === true && link !== undefined && hrefOf(opener) === link
  const target = isThere ? opener : document.querySelector('.virtual-list')
  if (target instanceof HTMLElement) target.focus({ preventScroll: true })
}

function hrefOf(element: Element | null): string | undefined {
  return element instanceof HTMLAnchorElement ? element.href : undefined
}
