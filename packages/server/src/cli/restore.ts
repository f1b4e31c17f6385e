import { systemDisk } from '../base/disk.ts'
import { systemRandom } from '../base/random.ts'
import { type EndpointOptions, openBackupPlace } from '../compose/backup-place.ts'
import { restoreStore } from '../compose/restore-store.ts'
import { readEnvironment } from '../config/environment.ts'
import { readConfig } from '../config/load-config.ts'
import { byteText, ProgressBar } from './progress-bar.ts'
import { failed, say, type StoreOptions, withPlace } from './with-store.ts'

export interface RestoreOptions extends StoreOptions, EndpointOptions {
  readonly moment?: number
  readonly link?: true
  readonly skipDamaged?: true
}

/** `holdfast restore`: makes a store of a moment of a backup, in an empty data folder. */
export async function restore(address: string, options: RestoreOptions): Promise<void> {
  const { data: dataDirectory, config: configPath, moment: number } = options
  try {
    const sources = { configPath, dataDirectory, environment: readEnvironment() }
    const config = await readConfig(systemDisk, systemRandom, sources)
    using place = await openBackupPlace(address, options)
    const bar = new ProgressBar(process.stderr)
    const damaged: string[] = []
    const moment = await restoreStore({
      config,
      dataDirectory,
      place,
      moment: number,
      links: options.link === true,
      onDamaged: options.skipDamaged && ((problem) => damaged.push(problem)),
      onProgress({ blobs, totalBlobs, bytes, rows, totalRows }) {
        const share = (blobs + rows) / (totalBlobs + totalRows)
        bar.show(share, `${blobs} blobs, ${byteText(bytes)}, ${rows} rows`)
      },
    })
    bar.end()
    if (damaged.length > 0) process.exitCode = 1
    if (options.json)
      return say(JSON.stringify({ ...moment, ...(options.skipDamaged && { damaged }) }, undefined, 2))
    for (const problem of damaged) say(`NOT RESTORED: ${problem}`)
    say(
      `Moment ${moment.number}, taken ${new Date(moment.takenMilliseconds).toISOString()}, is in ${dataDirectory}.`,
    )
    for (const id of moment.lostBlobs) say(`LOST blob ${id}: the store had lost it before the backup`)
    say('Put its root keys in place before the start: root-keys/ of the data folder that was backed up, or')
    say(
      'HOLDFAST_ROOT_KEYS. Without a config the first account is in credentials.json: put that in place, too.',
    )
  } catch (error) {
    failed(error, withPlace(options, address))
  }
}
