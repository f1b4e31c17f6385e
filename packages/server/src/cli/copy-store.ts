import { systemClock } from '../base/clock.ts'
import { systemDisk } from '../base/disk.ts'
import { systemRandom } from '../base/random.ts'
import { copyStore, type CopyProgress } from '../compose/copy-store.ts'
import type { StorePlace } from '../compose/copy-destination.ts'
import { readEnvironment } from '../config/environment.ts'
import { readKeySecrets } from '../config/key-secrets.ts'
import { readConfig } from '../config/load-config.ts'
import { byteText, ProgressBar } from './progress-bar.ts'
import { failed, say } from './with-store.ts'

export interface CopyStoreOptions {
  readonly from?: string
  readonly fromData: string
  readonly to?: string
  readonly toData: string
  readonly json?: true
}

/** `holdfast copy-store`: a store into other engines. Exit code 1 where it came to nothing, or blobs had been lost before. */
export async function copyStoreCommand(options: CopyStoreOptions): Promise<void> {
  try {
    const bar = new ProgressBar(process.stderr)
    const copied = await copyStore({
      from: await placeOf(options.from, options.fromData),
      to: await placeOf(options.to, options.toData),
      keySecrets: readKeySecrets(),
      clock: systemClock,
      onProgress: shownBy(bar),
      signal: new AbortController().signal,
    })
    bar.end()
    if (options.json) say(JSON.stringify(copied ?? {}, undefined, 2))
    else if (copied) {
      const { rows, digest, blobs, bytes, lostBlobs } = copied
      for (const id of lostBlobs) say(`LOST blob ${id}: the store had lost it before`)
      say(`${rows} rows, the same on both sides: SHA-256 ${digest}.`)
      say(`${blobs} blobs, ${byteText(bytes)}, read back as they were written.`)
    }
    if (!options.json)
      say(
        `${options.toData} has the store now. Start its servers there, and never again on ${options.fromData}.`,
      )
    if (copied && copied.lostBlobs.length > 0) process.exitCode = 1
  } catch (error) {
    failed(error, { data: options.fromData, beside: options.toData, dataOption: '--from-data' })
  }
}

async function placeOf(configPath: string | undefined, dataDirectory: string): Promise<StorePlace> {
  const sources = { configPath, dataDirectory, environment: readEnvironment() }
  return { config: await readConfig(systemDisk, systemRandom, sources), dataDirectory }
}

const NAMES = { blobs: 'blobs', rows: 'rows', comparison: 'rows compared' } as const

/** Shows each step from its beginning to its end: how far, how fast, how long it takes still. */
function shownBy(bar: ProgressBar): (progress: CopyProgress) => void {
  let step: CopyProgress['step'] | undefined
  let since = 0
  let shown = -Infinity
  return (progress) => {
    const now = systemClock.elapsedMilliseconds()
    if (progress.step !== step) [step, since, shown] = [progress.step, now, -Infinity]
    if (now - shown < SHOWN_EVERY_MILLISECONDS) return
    shown = now
    bar.show(progress.done / (progress.total || 1), progressText(progress, (now - since) / 1000))
  }
}

const SHOWN_EVERY_MILLISECONDS = 100

/** `1200 of 5000 blobs, 3.2 GB, 80.0 MB/s, 2 min left` */
export function progressText({ step, done, total, bytes }: CopyProgress, seconds: number): string {
  const rate =
    step === 'blobs' ? `${byteText(bytes / (seconds || 1))}/s` : `${Math.round(done / (seconds || 1))}/s`
  const left = done === 0 ? undefined : (seconds * Math.max(0, total - done)) / done
  const parts = [`${done} of ${total} ${NAMES[step]}`, ...(step === 'blobs' ? [byteText(bytes)] : []), rate]
  return [...parts, ...(left === undefined ? [] : [`${leftText(left)} left`])].join(', ')
}

function leftText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
