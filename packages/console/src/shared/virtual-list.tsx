import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

export interface VirtualListProps {
  readonly count: number
  readonly rowHeight: number
  readonly label: string
  readonly row: (index: number) => ComponentChildren
  /** Called while the last rows are near what is seen. */
  readonly onNearEnd: () => void
}

/** Rows above and below what is seen, so that nothing flickers. */
const SPARE = 10
const NEAR_ROWS = 200

/** A list of any length of which only what is seen is in the page. Rows are of one height, and absolutely placed. */
export function VirtualList({ count, rowHeight, label, row, onNearEnd }: VirtualListProps) {
  const frame = useRef<HTMLDivElement>(null)
  const [seen, setSeen] = useState({ top: 0, height: 0 })
  useEffect(() => {
    const element = frame.current
    if (!element) return
    const look = (): void => setSeen({ top: element.scrollTop, height: element.clientHeight })
    const observer = new ResizeObserver(look)
    observer.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [])
  const first = Math.max(0, Math.floor(seen.top / rowHeight) - SPARE)
  const last = Math.min(count, Math.ceil((seen.top + seen.height) / rowHeight) + SPARE)
  useEffect(() => {
    if (last + NEAR_ROWS >= count) onNearEnd()
  }, [last, count, onNearEnd])
  return (
    <div ref={frame} class="virtual-list" role="rowgroup" aria-label={label} tabIndex={0}>
      <div class="virtual-length" role="presentation" style={{ height: `${count * rowHeight}px` }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, offset) => row(first + offset))}
      </div>
    </div>
  )
}
