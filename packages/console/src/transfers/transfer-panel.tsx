import { useEffect } from 'preact/hooks'
import { session } from '../api/session.ts'
import { useComputed } from '@preact/signals'
import { errorText } from '../shared/error-note.tsx'
import { sizeText } from '../shared/formats.ts'
import { Icon, type IconName } from '../shared/icon.tsx'
import { tellFailed } from '../shared/notices.tsx'
import { transferTexts } from '../texts/objects.ts'
import { findFile } from './find-file.ts'
import { isInParts } from './upload-file.ts'
import { isOver, type Transfer } from './transfer.ts'
import {
  cancelTransfer,
  clearFinished,
  findKept,
  pauseTransfer,
  resumeTransfer,
  transfers,
} from './upload-queue.ts'

/** More would only scroll by: what waits is counted, not listed. */
const LISTED = 50

/** What is on its way, and what became of it. */
export function TransferPanel() {
  const account = session.value?.account ?? ''
  useEffect(() => void findKept(account), [account])
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
  const { key, mark, state, sentBytes } = transfer
  return (
    <li>
      <span class="name" title={key}>
        {key}
      </span>
      <span class="dim">{stateText(transfer)}</span>
      <TransferButtons transfer={transfer} />
      {(state.value === 'running' || state.value === 'paused') && (
        <progress
          aria-label={transferTexts.progress(key)}
          max={Math.max(mark.size, 1)}
          value={sentBytes.value}
        />
      )}
    </li>
  )
}

function TransferButtons({ transfer }: { readonly transfer: Transfer }) {
  const { key, state } = transfer
  const canPause = state.value === 'running' && isInParts(transfer)
  const canResume = state.value === 'paused' || state.value === 'failed'
  const resume = async (): Promise<void> => {
    const file = await findFile(transfer)
    if (file) resumeTransfer(transfer, file)
  }
  const button = (icon: IconName, label: string, run: () => void) => (
    <button type="button" class="quiet icon-only" aria-label={label} title={label} onClick={run}>
      <Icon name={icon} />
    </button>
  )
  return (
    <span class="buttons">
      {canPause && button('pause', transferTexts.pause(key), () => pauseTransfer(transfer))}
      {canResume && button('resume', transferTexts.resume(key), () => void resume().catch(tellFailed))}
      {!isOver(transfer) && button('close', transferTexts.cancel(key), () => cancelTransfer(transfer))}
    </span>
  )
}

function stateText({ state, error, sentBytes, mark }: Transfer): string {
  switch (state.value) {
    case 'running':
      return transferTexts.of(sizeText(sentBytes.value), sizeText(mark.size))
    case 'failed':
      return `${transferTexts.failed}: ${errorText(error.value)}`
    case 'waiting':
    case 'paused':
    case 'uploaded':
    case 'kept':
    case 'cancelled':
      return transferTexts[state.value]
  }
}
