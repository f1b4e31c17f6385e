import { systemClock } from '../base/clock.ts'
import { systemDisk } from '../base/disk.ts'
import {
  type Difference,
  type ImportProgress,
  ImportReport,
  runImport,
  SourceError,
} from '../compose/run-import.ts'
import { readSourceCredentials } from '../config/source-credentials.ts'
import { describeImport, progressText } from './describe-import.ts'
import type { ImportCommandOptions } from './import-options.ts'
import { ProgressBar } from './progress-bar.ts'
import { failed, say, storeOf } from './with-store.ts'

const SHOWN_EVERY_MILLISECONDS = 500

/**
 * `holdfast import`: brings buckets from elsewhere. Exit code 0 where all is here as it is there, 1 where something differs or
 * could not be brought, 2 where it could not go on: run it again.
 */
export async function importCommand(options: ImportCommandOptions): Promise<void> {
  const { json } = options
  const bar = new ProgressBar(process.stderr)
  const tell = (difference: Difference): void => {
    bar.end()
    say(json ? JSON.stringify(difference) : differenceText(difference))
  }
  const report = new ImportReport(tell)
  const shown = new AbortController()
  let end: 'done' | 'dry run' | 'broken off' = 'broken off'
  try {
    const store = await storeOf(options)
    const credentials = await readSourceCredentials(systemDisk, {
      ...options,
      isAnonymous: options.anonymous === true,
    })
    void showProgress(report, bar, shown.signal)
    await runImport({
      ...options,
      ...store,
      origin: options.from,
      credentials,
      isInsecure: options.insecure === true,
      buckets: options.bucket,
      to: options.to,
      account: options.account,
      bytesPerSecond: options.bandwidth,
      isDryRun: options.dryRun === true,
      bringsSettings: options.settings,
      renewsTraits: options.metadata === true,
      accounts: options.mapAccount,
      report,
      countsAhead: process.stderr.isTTY,
    })
    end = options.dryRun ? 'dry run' : 'done'
    if (report.differences > 0) process.exitCode = 1
  } catch (error) {
    bar.end()
    failed(reasonOf(error, options), options, 2)
  } finally {
    shown.abort()
    bar.end()
    const { listed, brought, renewed, differences } = report
    if (json) say(JSON.stringify({ listed, brought, renewed, differences, end }))
    else if (end !== 'broken off' || brought.versions > 0)
      for (const line of describeImport(report, end)) say(line)
  }
}

function reasonOf(error: unknown, { from }: ImportCommandOptions): unknown {
  return error instanceof SourceError ? `${from.origin} answered ${error.message}` : error
}

function differenceText({ bucket, key, versionId, problem }: Difference): string {
  const object = key === undefined ? bucket : `${bucket}/${key}`
  const version = versionId === undefined || versionId === 'null' ? '' : ` (version ${versionId})`
  return `DIFFERS ${object}${version}: ${problem}`
}

async function showProgress(progress: ImportProgress, bar: ProgressBar, signal: AbortSignal): Promise<void> {
  const start = systemClock.now().getTime()
  while (!signal.aborted) {
    const seconds = (systemClock.now().getTime() - start) / 1000
    const { share, text } = progressText(progress, seconds)
    bar.show(share, text)
    await systemClock.sleep(SHOWN_EVERY_MILLISECONDS, signal).catch(() => {})
  }
}
