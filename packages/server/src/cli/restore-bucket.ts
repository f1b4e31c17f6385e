import { openBackupPlace } from '../compose/backup-place.ts'
import {
  type BroughtBucket,
  type BucketProgress,
  giveUpRestoration,
  runBucketRestoration,
} from '../compose/run-bucket-restoration.ts'
import type { StoreForImport } from '../compose/store-for-import.ts'
import { byteText, ProgressBar } from './progress-bar.ts'
import type { RestoreOptions } from './restore.ts'
import { failed, say, storeOf, withPlace } from './with-store.ts'

export interface RestoreBucketOptions {
  readonly bucket?: string
  readonly as?: string
  readonly dryRun?: true
  readonly giveUp?: true
}

interface BucketOptions extends RestoreOptions, RestoreBucketOptions {
  readonly bucket: string
}

/**
 * `holdfast restore --bucket`: brings one bucket of a backup into the store. Exit code 1 where anything of it could not come, or it
 * came to nothing.
 */
export async function restoreBucketCommand(address: string, options: BucketOptions): Promise<void> {
  const { bucket, as = bucket } = options
  const bar = new ProgressBar(process.stderr)
  try {
    const store = await storeOf(options)
    if (!options.giveUp) return await bring(store, address, options, bar)
    await giveUpRestoration(store, as)
    say(`What was restored of ${as} is taken away.`)
  } catch (error) {
    bar.end()
    failed(error, withPlace(options, address))
  }
}

async function bring(
  store: StoreForImport,
  address: string,
  options: BucketOptions,
  bar: ProgressBar,
): Promise<void> {
  const { bucket: from, as: to = from, dryRun, skipDamaged, moment, json } = options
  using place = await openBackupPlace(address, options)
  const lost: object[] = []
  const brought = await runBucketRestoration({
    ...store,
    place,
    moment,
    from,
    to,
    isDryRun: dryRun === true,
    skipsDamaged: skipDamaged === true,
    onProgress: (progress) => bar.show(progress.share, progressText(progress)),
    tell(version) {
      lost.push(version)
      const { key, versionId, problem } = version
      if (json) return
      bar.end()
      say(`NOT RESTORED ${from}/${key}${versionId === 'null' ? '' : ` (version ${versionId})`}: ${problem}`)
    },
  })
  bar.end()
  if (lost.length + brought.unreadable > 0) process.exitCode = 1
  if (json) return say(JSON.stringify({ ...brought, lost }, undefined, 2))
  for (const line of described(brought, from, to, dryRun === true)) say(line)
}

function progressText({ phase, versions, bytes }: BucketProgress): string {
  return phase === 'looking' ? 'looking for it' : `${versions} versions, ${byteText(bytes)}`
}

function described(
  { moment, usage, unreadable }: BroughtBucket,
  from: string,
  to: string,
  isDryRun: boolean,
): string[] {
  const { objects, versions, deleteMarkers, bytes } = usage
  const taken = new Date(moment.takenMilliseconds).toISOString()
  const holds = `${objects} objects, ${versions} versions and ${deleteMarkers} delete markers, ${byteText(bytes)}`
  return [
    ...(unreadable > 0
      ? [`UNREADABLE are ${unreadable} rows of it: the store could not read them either.`]
      : []),
    isDryRun
      ? `Moment ${moment.number}, taken ${taken}, has ${holds} in ${from}. Nothing was brought.`
      : `The bucket ${to} is there, as ${from} was in moment ${moment.number}, taken ${taken}: ${holds}.`,
  ]
}
