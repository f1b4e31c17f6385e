import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Channel } from './sibling-questions.ts'

/** From a worker, each time that its thread comes round. */
interface Beat {
  readonly type: 'alive'
}

const BEAT_MILLISECONDS = 5000

/** The worker's side, for as long as it lives. */
export async function beat(channel: Pick<Channel, 'send'>, clock: Clock): Promise<never> {
  for (;;) {
    await clock.sleep(BEAT_MILLISECONDS)
    channel.send({ type: 'alive' } satisfies Beat)
  }
}

/** The primary's side. */
export class Pulse {
  #hasBeaten = true

  constructor(channel: Pick<Channel, 'onMessage'>) {
    channel.onMessage((message) => {
      if (isBeat(message)) this.#hasBeaten = true
    })
  }

  /** Whether the worker has said since the last call that its thread comes round. */
  take(): boolean {
    const hasBeaten = this.#hasBeaten
    this.#hasBeaten = false
    return hasBeaten
  }
}

/** A worker as who watches it sees it. */
export interface WatchedWorker {
  readonly pulse: Pick<Pulse, 'take'>
  readonly ended: Promise<unknown>
  /** Whether the system holds it: then it may go on, and ending it would not be heeded or is somebody else's to do. */
  isHeld(): Promise<boolean>
  kill(): void
}

export interface WatchOptions {
  readonly clock: Clock
  readonly log: Log
  /** How long a worker's thread may be silent. */
  readonly hangMilliseconds: number
}

/**
 * Ends a worker whose thread has not come round for so long: what it was asked would wait for ever, and nobody would start another.
 * Counts by its own turns, so that a machine that slept, or a primary that was held up, ends nobody.
 */
export async function watch(
  worker: WatchedWorker,
  { clock, log, hangMilliseconds }: WatchOptions,
): Promise<void> {
  const ended = new AbortController()
  void worker.ended.then(() => ended.abort())
  const fields = { seconds: hangMilliseconds / 1000 }
  for (let silent = 0; ;) {
    await clock.sleep(BEAT_MILLISECONDS, ended.signal).catch(() => undefined)
    if (ended.signal.aborted) return
    silent = worker.pulse.take() ? 0 : silent + BEAT_MILLISECONDS
    if (silent < hangMilliseconds) continue
    if (!(await worker.isHeld())) {
      log.error(fields, 'a worker hangs; killed')
      return worker.kill()
    }
    if (silent < hangMilliseconds + BEAT_MILLISECONDS)
      log.error(fields, 'a worker hangs: it waits for a disk, or somebody has stopped it')
  }
}

function isBeat(message: unknown): message is Beat {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'alive'
}
