import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/** Brings the link to where somebody is into sight, among links that lie beside each other on narrow screens. */
export function useCurrentInSight(current: string): RefObject<HTMLElement | null> {
  const links = useRef<HTMLElement>(null)
  useEffect(() => {
    const link = links.current?.querySelector('[aria-current]')
    link?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [current])
  return links
}
