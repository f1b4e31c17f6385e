import { type EndpointOptions, openBackupPlace } from '../compose/backup-place.ts'
import { type Verified, verifyAlone, type VerifyWishes } from '../compose/verify-moment.ts'
import { byteText, ProgressBar } from './progress-bar.ts'
import { failed, say, type StoreOptions, withPlace, withStore } from './with-store.ts'

export interface VerifyOptions extends StoreOptions, EndpointOptions {
  readonly moment?: number
  readonly alone?: true
  readonly mend?: true
}

/** `holdfast verify`: holds a backup and its store against each other; exit code 1 where something is not as it was. */
export async function verify(address: string, asked: VerifyOptions): Promise<void> {
  const options = withPlace(asked, address)
  const { moment, alone, mend } = options
  if (!alone) {
    return withStore(options, 'change', async (tools) => {
      using place = await openBackupPlace(address, options)
      await show(options, (onProgress) =>
        tools.verify(place, { moment, mendsBackup: mend === true, onProgress }),
      )
    })
  }
  try {
    using place = await openBackupPlace(address, options)
    await show(options, (onProgress) => verifyAlone(place, { moment, onProgress }))
  } catch (error) {
    failed(error, options)
  }
}

async function show(
  { json }: VerifyOptions,
  look: (onProgress: VerifyWishes['onProgress']) => Promise<Verified>,
): Promise<void> {
  const bar = new ProgressBar(process.stderr)
  const found = await look(shownOn(bar))
  bar.end()
  if (json) say(JSON.stringify(found, undefined, 2))
  else {
    for (const what of found.mended) say(`PUT BACK into the backup: ${what}`)
    for (const { where, what } of found.problems) say(`WRONG in the ${where}: ${what}`)
    say(
      `${found.rows} rows, ${found.blobs} blobs, ${byteText(found.bytes)}: ${found.problems.length} are wrong.`,
    )
    if (found.changedRows > 0) say(`${found.changedRows} rows were changed in the store since, or are gone.`)
  }
  if (found.problems.length > 0) process.exitCode = 1
}

/** How far a look at a moment is, on a bar. */
export function shownOn(bar: ProgressBar): VerifyWishes['onProgress'] {
  return ({ rows, blobs, bytes }, { rows: allRows, blobs: allBlobs }) =>
    bar.show((rows + blobs) / (allRows + allBlobs || 1), `${rows} rows, ${blobs} blobs, ${byteText(bytes)}`)
}
