import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'

export interface SectionProps {
  readonly title: string
  readonly children: ComponentChildren
  readonly isOpen?: boolean
}

/** A part of a view that is filled once it is opened. */
export function Section({ title, children, isOpen = false }: SectionProps) {
  const [wasOpen, setOpen] = useState(isOpen)
  return (
    <details class="section" open={isOpen} onToggle={(event) => setOpen(wasOpen || event.currentTarget.open)}>
      <summary>{title}</summary>
      {wasOpen && <div class="section-body">{children}</div>}
    </details>
  )
}
