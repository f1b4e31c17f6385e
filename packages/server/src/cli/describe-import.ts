import type { Count, ImportProgress } from '../compose/run-import.ts'
import { byteText } from './progress-bar.ts'

/** What an import came to, in lines. `end`: how it ended. */
export function describeImport(
  { listed, brought, renewed, differences }: ImportProgress & { readonly differences: number },
  end: 'done' | 'dry run' | 'broken off',
): string[] {
  const found = `The source has ${countText(listed)}`
  const changed = renewed.versions > 0 ? `, the tags, ACL or lock of ${renewed.versions}` : ''
  const came = `${countText(brought)}${changed}`
  if (end === 'dry run') return [`${found}; ${came} would be brought.`]
  if (end === 'broken off') return [`${came} were brought before it ended. Run it again: it goes on there.`]
  const compared = differences === 0 ? 'Both sides are the same.' : `${differences} differences.`
  return [`${found}; ${came} were brought.`, compared]
}

function countText({ versions, bytes }: Count): string {
  return `${versions} versions (${byteText(bytes)})`
}

/** How far an import is, how fast it goes, and how long it will take, as far as that is known. */
export function progressText(
  { done, total }: Pick<ImportProgress, 'done' | 'total'>,
  seconds: number,
): { readonly share: number; readonly text: string } {
  const share = total && total.versions > 0 ? workOf(done) / workOf(total) : 0
  const rate = seconds === 0 ? 0 : 1 / seconds
  const speed = `${Math.round(done.versions * rate)}/s, ${byteText(done.bytes * rate)}/s`
  const all = total
    ? `${done.versions} of ${total.versions}${total.isWhole ? '' : '+'}`
    : String(done.versions)
  const left =
    share === 0
      ? ''
      : `, ${total?.isWhole ? '' : 'at least '}${timeText((seconds * (1 - share)) / share)} left`
  return { share, text: `${all}, ${byteText(done.bytes)}, ${speed}${left}` }
}

/** A small object takes its time though it has few bytes. */
function workOf({ versions, bytes }: Count): number {
  return bytes + versions * BYTES_OF_AN_OBJECT
}

const BYTES_OF_AN_OBJECT = 50_000

function timeText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
