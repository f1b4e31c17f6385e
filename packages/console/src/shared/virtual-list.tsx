import type { ComponentChildren, RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

export interface VirtualListProps {
  readonly count: number
  readonly rowHeight: number
  readonly label: string
  /** A row is to be keyed by `slot`: what scrolls out on one side comes in on the other as the same elements, with other texts. */
  readonly row: (index: number, slot: number) => ComponentChildren
  /** Called while the last rows are near what is seen. */
  readonly onNearEnd: () => void
}

/** Rows above and below what is seen, so that nothing flickers. */
const SPARE = 6
/** Rows come and go so many at once. */
const STEP = 4
const NEAR_ROWS = 500

/** A list of any length of which only what is seen is in the page. Rows are of one height, and absolutely placed. */
export function VirtualList({ count, rowHeight, label, row, onNearEnd }: VirtualListProps) {
  const frame = useRef<HTMLDivElement>(null)
  const { first, slots } = useSeen(frame, rowHeight)
  const last = Math.min(count, first + slots)
  useEffect(() => {
    if (last + NEAR_ROWS >= count) onNearEnd()
  }, [last, count, onNearEnd])
  return (
    <div ref={frame} class="virtual-list" role="rowgroup" aria-label={label} tabIndex={0}>
      <div class="virtual-length" role="presentation" style={{ height: `${count * rowHeight}px` }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, offset) =>
          row(first + offset, (first + offset) % slots),
        )}
      </div>
    </div>
  )
}

interface Seen {
  /** The first row that is in the page. */
  readonly first: number
  /** How many are. */
  readonly slots: number
}

function useSeen(frame: RefObject<HTMLDivElement | null>, rowHeight: number): Seen {
  const [seen, setSeen] = useState<Seen>({ first: 0, slots: 0 })
  useEffect(() => {
    const element = frame.current
    if (!element) return
    let slots = 0
    const look = (): void => {
      holdFocus(element)
      const top = Math.floor(element.scrollTop / rowHeight) - SPARE
      const first = Math.max(0, top - (top % STEP))
      setSeen((before) => (before.first === first && before.slots === slots ? before : { first, slots }))
    }
    const observer = new ResizeObserver(([entry]) => {
      slots = Math.ceil((entry?.contentRect.height ?? 0) / rowHeight) + 2 * SPARE + STEP
      look()
    })
    observer.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [frame, rowHeight])
  return seen
}

/** What is focused and scrolls out of sight hands the focus to the list: its row is going to be another's. */
function holdFocus(list: HTMLElement): void {
  const focused = document.activeElement
  if (!focused || focused === list || !list.contains(focused)) return
  const { top, bottom } = focused.getBoundingClientRect()
  const frame = list.getBoundingClientRect()
  if (bottom <= frame.top || top >= frame.bottom) list.focus({ preventScroll: true })
}
