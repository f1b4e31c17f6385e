import type { ComponentChildren } from 'preact'

export interface TableFrameProps {
  readonly label: string
  readonly children: ComponentChildren
}

/** A table that scrolls sideways where it is wider than its place; the arrow keys do so too. */
export function TableFrame({ label, children }: TableFrameProps) {
  return (
    <div class="table-frame" role="region" aria-label={label} tabIndex={0}>
      <table>{children}</table>
    </div>
  )
}
