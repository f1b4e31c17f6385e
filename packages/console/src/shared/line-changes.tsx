import { commonTexts } from '../texts/common.ts'
import { changedLines } from './changed-lines.ts'

const MARKS = { same: ' ', added: '+', removed: '−' }

/** What would be other than it is; nothing where nothing would. */
export function LineChanges({ before, after }: { readonly before: string; readonly after: string }) {
  if (before === after) return null
  return (
    <details class="section" open>
      <summary>{commonTexts.changes}</summary>
      <pre class="changes" tabIndex={0} aria-label={commonTexts.changes}>
        {changedLines(before, after).map(({ kind, text }, index) => (
          <span key={index} class={kind}>
            {MARKS[kind]} {text}
            {'\n'}
          </span>
        ))}
      </pre>
    </details>
  )
}
