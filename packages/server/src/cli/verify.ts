import type { VerifyWishes } from '../compose/store-tools.ts'
import { byteText, ProgressBar } from './progress-bar.ts'
import { say, type StoreOptions, withStore } from './store-commands.ts'

export interface VerifyOptions extends StoreOptions {
  readonly moment?: number
}

/** `holdfast verify`: holds a backup and its store against each other; exit code 1 where something is not as it was. */
export function verify(directory: string, options: VerifyOptions): Promise<void> {
  return withStore(options, 'change', async (tools) => {
    const { moment } = options
    const bar = new ProgressBar(process.stderr)
    const found = await tools.verify(directory, { moment, onProgress: shownOn(bar) })
    bar.end()
    if (options.json) say(JSON.stringify(found, undefined, 2))
    else {
      for (const { where, what } of found.problems) say(`WRONG in the ${where}: ${what}`)
      say(
        `${found.rows} rows, ${found.blobs} blobs, ${byteText(found.bytes)}: ${found.problems.length} are wrong.`,
      )
      if (found.changedRows > 0)
        say(`${found.changedRows} rows were changed in the store since, or are gone.`)
    }
    if (found.problems.length > 0) process.exitCode = 1
  })
}

/** How far a look at a moment is, on a bar. */
export function shownOn(bar: ProgressBar): VerifyWishes['onProgress'] {
  return ({ rows, blobs, bytes }, { rows: allRows, blobs: allBlobs }) =>
    bar.show((rows + blobs) / (allRows + allBlobs || 1), `${rows} rows, ${blobs} blobs, ${byteText(bytes)}`)
}
