import { useComputed } from '@preact/signals'
import { errorText } from '../shared/error-note.tsx'
import { sizeText } from '../shared/formats.ts'
import { Icon } from '../shared/icon.tsx'
import { transferTexts } from '../texts/objects.ts'
import { isOver, type Transfer } from './transfer.ts'
import { cancelTransfer, clearFinished, transfers } from './upload-queue.ts'

/** More would only scroll by: what waits is counted, not listed. */
const LISTED = 50

/** What is on its way, and what became of it. */
export function TransferPanel() {
  const unfinished = useComputed(() => transfers.value.filter((transfer) => !isOver(transfer)).length)
  const all = transfers.value
  if (all.length === 0) return null
  const listed = all.filter(({ state }) => state.value !== 'waiting').slice(-LISTED)
  return (
    <section class="transfers" aria-label={transferTexts.title}>
      <header>
        <h2>
          <span role="status">
            {unfinished.value === 0 ? transferTexts.done : transferTexts.running(unfinished.value)}
          </span>
        </h2>
        {unfinished.value === 0 && (
          <button type="button" class="quiet" onClick={clearFinished}>
            {transferTexts.clear}
          </button>
        )}
      </header>
      <ul tabIndex={0} aria-label={transferTexts.title}>
        {listed.map((transfer) => (
          <TransferRow key={transfer.id} transfer={transfer} />
        ))}
      </ul>
    </section>
  )
}

function TransferRow({ transfer }: { readonly transfer: Transfer }) {
  const { key, file, state, sentBytes } = transfer
  const isRunning = state.value === 'running'
  return (
    <li>
      <span class="name" title={key}>
        {key}
      </span>
      <span class="dim">{stateText(transfer)}</span>
      {isRunning && (
        <>
          <progress
            aria-label={transferTexts.progress(key)}
            max={Math.max(file.size, 1)}
            value={sentBytes.value}
          />
          <button
            type="button"
            class="quiet icon-only"
            aria-label={transferTexts.cancel(key)}
            onClick={() => cancelTransfer(transfer)}
          >
            <Icon name="close" />
          </button>
        </>
      )}
    </li>
  )
}

function stateText({ state, error, sentBytes, file }: Transfer): string {
  switch (state.value) {
    case 'running':
      return transferTexts.of(sizeText(sentBytes.value), sizeText(file.size))
    case 'failed':
      return `${transferTexts.failed}: ${errorText(error.value)}`
    case 'waiting':
    case 'uploaded':
    case 'kept':
    case 'cancelled':
      return transferTexts[state.value]
  }
}
