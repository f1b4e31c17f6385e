import type { Log } from '../base/log.ts'

const SIGNALS = ['SIGTERM', 'SIGINT'] as const

export type StopSignal = (typeof SIGNALS)[number]

/** Calls `first` with the first SIGTERM or SIGINT and `again` with every later one. */
export function onStopSignal(first: (signal: StopSignal) => void, again: () => void): void {
  let stopping = false
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stopping) return again()
      stopping = true
      first(signal)
    })
  }
}

/** Resolves with the first SIGTERM or SIGINT; a second one ends the process at once. */
export function stopSignal(): Promise<StopSignal> {
  return new Promise((resolve) => onStopSignal(resolve, () => endBy('SIGTERM')))
}

/**
 * What `starting` comes to. Where the process is told to stop before, it ends at once, as by a crash: nothing has been
 * acknowledged yet, and a start may wait for a disk that never answers.
 */
export async function unlessStopped<Started>(
  starting: Promise<Started>,
  stopped: Promise<StopSignal>,
  log: Log,
): Promise<Started> {
  const first = await Promise.race([starting.then((started) => ({ started })), stopped])
  if (typeof first === 'object') return first.started
  log.warn({ signal: first }, 'told to stop before the start was done; ended at once')
  endBy(first)
  return starting
}

/**
 * Ends the process by a signal that it takes no notice of. Unlike an exit it waits for nothing, not even for a thread that
 * waits for a disk.
 */
export function endBy(signal: StopSignal): void {
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}

/**
 * For a worker: resolves when its primary asks it to end, by SIGTERM. That also ends one that is only starting and has
 * called nothing yet. SIGINT is not for a worker: a terminal sends it to the whole group.
 */
export function askedToEnd(): Promise<StopSignal> {
  process.on('SIGINT', () => {})
  return new Promise((resolve) => process.on('SIGTERM', resolve))
}
