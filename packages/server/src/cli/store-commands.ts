import { damageText, scrubShownOn } from './describe-damage.ts'
import { byteText, ProgressBar } from './progress-bar.ts'
import { table } from './text-table.ts'
import { say, type StoreOptions, withStore } from './with-store.ts'

/** `holdfast workers`: what the background workers did, when, and how much is left. */
export function showWorkers(options: StoreOptions): Promise<void> {
  return withStore(options, 'look', async (tools) => {
    const reports = await tools.workers()
    if (options.json) return say(JSON.stringify(reports, undefined, 2))
    const rows = reports.map(({ name, processId, isAlive, done, left, at, lastStep, failure }) => [
      name,
      isAlive ? processId : '-',
      lastStep?.toISOString() ?? 'never',
      String(done),
      left === undefined ? '' : String(left),
      failure === undefined ? (at ?? '') : `FAILED: ${failure}`,
    ])
    say(table(['worker', 'process', 'last step', 'done', 'left', 'at'], rows))
  })
}

/** `holdfast uploads`: multipart uploads that are open, and the bytes that they hold. */
export function showUploads(options: StoreOptions): Promise<void> {
  return withStore(options, 'look', async (tools) => {
    const uploads = await tools.uploads()
    if (options.json) return say(JSON.stringify(uploads, undefined, 2))
    const rows = uploads.map(({ bucket, key, uploadId, initiated, parts, sizeBytes }) => [
      bucket,
      key,
      uploadId,
      initiated.toISOString(),
      String(parts),
      byteText(sizeBytes),
    ])
    if (rows.length > 0) say(table(['bucket', 'key', 'upload', 'since', 'parts', 'bytes'], rows))
    const total = uploads.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    say(`${uploads.length} open uploads hold ${byteText(total)}.`)
  })
}

/** `holdfast usage`: what each bucket holds. */
export function showUsage(options: StoreOptions): Promise<void> {
  return withStore(options, 'look', async (tools) => {
    const all = await tools.usage()
    if (options.json) return say(JSON.stringify(all, undefined, 2))
    const rows = all.map(({ name, ownerAccountId, usage }) => [
      name,
      ownerAccountId,
      ...(usage.isKnown
        ? [
            String(usage.objects),
            String(usage.versions),
            String(usage.deleteMarkers),
            byteText(usage.bytes),
            byteText(usage.partBytes),
          ]
        : ['not counted yet']),
    ])
    const head = ['bucket', 'account', 'objects', 'versions', 'delete markers', 'bytes', 'bytes of parts']
    say(table(head, rows))
  })
}

/** `holdfast scrub`: reads everything now and holds it against its checksums; exit code 1 where something is damaged. */
export function scrub(options: StoreOptions): Promise<void> {
  return withStore(options, 'change', async (tools) => {
    const bar = new ProgressBar(process.stderr)
    const progress = await tools.scrub(scrubShownOn(bar))
    bar.end()
    const { objects, bytes, sealedObjects, awayObjects, damages, rows, rowDamages, damagedPages } = progress
    if (options.json) say(JSON.stringify(progress, undefined, 2))
    else {
      for (const { page, reason } of damagedPages) say(`DAMAGED page ${page} of the metadata: ${reason}`)
      for (const damage of rowDamages) say(`UNREADABLE ${damageText(damage)}`)
      for (const damage of damages) say(`DAMAGED ${damageText(damage)}`)
      say(`${rows} rows: ${rowDamages.length} unreadable.`)
      say(`${objects} objects, ${byteText(bytes)}: ${damages.length} damaged.`)
      if (sealedObjects > 0)
        say(`${sealedObjects} are sealed with keys of their own: they are there, but were not read.`)
      if (awayObjects > 0) say(`${awayObjects} are on disks that are away, and were not looked at.`)
    }
    if (damages.length + rowDamages.length + damagedPages.length > 0) process.exitCode = 1
  })
}
