import { signal } from '@preact/signals'
import { commonTexts } from '../texts/common.ts'
import { errorText } from './error-note.tsx'
import { Icon } from './icon.tsx'

interface Notice {
  readonly id: number
  readonly kind: 'done' | 'failed'
  readonly text: string
}

const notices = signal<readonly Notice[]>([])
let lastId = 0
const SHOWN_MILLISECONDS = 6000

/** Tells that something is done; goes by itself. */
export function tellDone(text: string): void {
  const id = tell('done', text)
  setTimeout(() => dismiss(id), SHOWN_MILLISECONDS)
}

/** Tells what went wrong; stays until somebody has seen it. */
export function tellFailed(error: unknown): void {
  if (error instanceof DOMException && error.name === 'AbortError') return
  tell('failed', errorText(error))
}

function tell(kind: Notice['kind'], text: string): number {
  const id = (lastId += 1)
  notices.value = [...notices.value.slice(-3), { id, kind, text }]
  return id
}

function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id)
}

export function Notices() {
  return (
    <div class="notices" role="status">
      {notices.value.map(({ id, kind, text }) => (
        <div key={id} class={`notice ${kind}`}>
          <span>{text}</span>
          <button
            type="button"
            class="quiet icon-only"
            aria-label={commonTexts.dismiss}
            onClick={() => dismiss(id)}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  )
}
