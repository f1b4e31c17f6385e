import { listMoments } from '../compose/list-moments.ts'
import { byteText, ProgressBar } from './progress-bar.ts'
import { failed, say, type StoreOptions, withStore } from './store-commands.ts'
import { table } from './text-table.ts'

export interface BackupOptions extends StoreOptions {
  readonly keep?: number
  readonly list?: true
}

/** `holdfast backup`: adds this moment of the store to a backup, or lists its moments. Exit code 1 where something is lost. */
export async function backup(directory: string, options: BackupOptions): Promise<void> {
  if (options.list) return list(directory, options)
  await withStore(options, 'change', async (tools) => {
    const bar = new ProgressBar(process.stderr)
    const { keep } = options
    const made = await tools.backUp(directory, {
      keep,
      onProgress({ share, rows, newRowBytes, blobs, newBlobBytes }) {
        bar.show(share, `${rows} rows, ${blobs} blobs, ${byteText(newRowBytes + newBlobBytes)} new`)
      },
    })
    bar.end()
    if (options.json) say(JSON.stringify(made, undefined, 2))
    else {
      const { moment, progress, copiedBlobs, forgottenMoments } = made
      for (const id of moment.lostBlobs)
        say(`LOST blob ${id}: the store does not have it (holdfast scrub tells whose it is)`)
      say(`Moment ${moment.number}: ${moment.rows} rows, ${moment.blobs} blobs.`)
      say(
        `New were ${byteText(progress.newRowBytes)} of rows and ${copiedBlobs} blobs of ${byteText(progress.newBlobBytes)}.`,
      )
      if (forgottenMoments > 0) say(`${forgottenMoments} older moments were forgotten.`)
      say('Root keys, credentials.json and the config are not in it: keep copies of them somewhere else.')
    }
    if (made.moment.lostBlobs.length > 0) process.exitCode = 1
  })
}

async function list(directory: string, options: StoreOptions): Promise<void> {
  try {
    const moments = await listMoments(directory)
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
