import { constants, setPriority } from 'node:os'
import { systemClock } from '../base/clock.ts'
import { keepAlive } from '../base/keep-alive.ts'
import {
  type BackupPlace,
  type EndpointOptions,
  openBackupPlace,
  pacedPlace,
} from '../compose/backup-place.ts'
import { listMoments } from '../compose/list-moments.ts'
import type { BackedUp, StoreTools } from '../compose/store-tools.ts'
import { byteText, ProgressBar } from './progress-bar.ts'
import { failed, say, type StoreOptions, withPlace, withStore } from './with-store.ts'
import { endBy, onStopSignal } from './stop-signal.ts'
import { table } from './text-table.ts'

export interface BackupOptions extends StoreOptions, EndpointOptions {
  /** The place of the backup, where it is not given as an argument. */
  readonly to?: string
  readonly keep?: number
  readonly list?: true
  readonly follow?: true
  /** Seconds, between the end of a backup and the beginning of the next one. */
  readonly every: number
  /** Bytes a second at the most. */
  readonly bandwidth?: number
}

/** `holdfast backup`: adds this moment of the store to a backup, or lists its moments. Exit code 1 where something is lost. */
export async function backup(address: string, asked: BackupOptions): Promise<void> {
  const options = withPlace(asked, address)
  if (options.list) return list(address, options)
  giveWay()
  const stop = new AbortController()
  const reason = new Error(
    'Stopped. The moments before are as they were; the next backup goes on with what was copied.',
  )
  onStopSignal(
    () => stop.abort(reason),
    () => endBy('SIGTERM'),
  )
  const { signal } = stop
  await withStore(options, 'change', async (tools) => {
    const opened = await openBackupPlace(address, options)
    using place = options.bandwidth === undefined ? opened : pacedPlace(opened, options.bandwidth)
    await (options.follow ? follow(tools, place, options, signal) : backUpOnce(tools, place, options, signal))
  })
}

/** Servers have the processors first: nobody waits for a backup as they do for an answer. */
function giveWay(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW)
  } catch {
    // Where that is not allowed it runs as it is.
  }
}

/** One backup after the other, until it is told to stop. One that fails is told, and the next is tried. */
async function follow(
  tools: StoreTools,
  place: BackupPlace,
  options: BackupOptions,
  signal: AbortSignal,
): Promise<void> {
  const letGo = keepAlive()
  while (!signal.aborted) {
    try {
      await backUpOnce(tools, place, options, signal)
    } catch (error) {
      if (!signal.aborted) failed(error, options)
    }
    await systemClock.sleep(options.every * 1000, signal).catch(() => undefined)
    process.exitCode = 0
  }
  letGo()
}

async function backUpOnce(
  tools: StoreTools,
  place: BackupPlace,
  { keep, json }: BackupOptions,
  signal: AbortSignal,
): Promise<void> {
  const bar = new ProgressBar(process.stderr)
  const made = await tools.backUp(place, {
    keep,
    signal,
    onProgress({ share, rows, newRowBytes, blobs, newBlobBytes }) {
      bar.show(share, `${rows} rows, ${blobs} blobs, ${byteText(newRowBytes + newBlobBytes)} new`)
    },
  })
  bar.end()
  if (json) say(JSON.stringify(made, undefined, 2))
  else tell(made)
  if (made.moment.lostBlobs.length + made.unreadableRows > 0) process.exitCode = 1
}

function tell({ moment, progress, copiedBlobs, forgottenMoments, unreadableRows }: BackedUp): void {
  for (const id of moment.lostBlobs)
    say(`LOST blob ${id}: the store does not have it (holdfast scrub tells whose it is)`)
  if (unreadableRows > 0) say(`UNREADABLE are ${unreadableRows} new rows (holdfast scrub tells which)`)
  say(`Moment ${moment.number}: ${moment.rows} rows, ${moment.blobs} blobs.`)
  say(
    `New were ${byteText(progress.newRowBytes)} of rows and ${copiedBlobs} blobs of ${byteText(progress.newBlobBytes)}.`,
  )
  if (forgottenMoments > 0) say(`${forgottenMoments} older moments were forgotten.`)
  if (moment.number === 1)
    say('Root keys, credentials.json and the config are not in it: keep copies of them somewhere else.')
}

async function list(address: string, options: BackupOptions): Promise<void> {
  try {
    using place = await openBackupPlace(address, options)
    const moments = await listMoments(place)
    if (options.json) return say(JSON.stringify(moments, undefined, 2))
    const rows = moments.map(({ number, taken, rows: count, blobs, fault }) => [
      String(number),
      taken?.toISOString() ?? '',
      String(count ?? ''),
      String(blobs ?? ''),
      fault ?? '',
    ])
    if (rows.length > 0) say(table(['moment', 'taken', 'rows', 'blobs', ''], rows))
    say(`${moments.length} moments.`)
  } catch (error) {
    failed(error, options)
  }
}
