import { createInterface } from 'node:readline/promises'
import { type BackupPlace, type EndpointOptions, openBackupPlace } from '../compose/backup-place.ts'
import type { RepairPlan, StoreTools } from '../compose/store-tools.ts'
import { ProgressBar } from './progress-bar.ts'
import { shownOn } from './verify.ts'
import { damageText, scrubShownOn } from './describe-damage.ts'
import { say, type StoreOptions, withPlace, withStore } from './with-store.ts'

export interface RepairOptions extends StoreOptions, EndpointOptions {
  readonly yes?: true
  /** Where a backup is. */
  readonly from?: string
}

/** `holdfast repair`: takes out what is beyond reading, after asking. Exit code 1 where something stays damaged. */
export function repair(asked: RepairOptions): Promise<void> {
  const options = asked.from === undefined ? asked : withPlace(asked, asked.from)
  return withStore(options, 'change', async (tools) => {
    const bar = new ProgressBar(process.stderr)
    if (options.from !== undefined) {
      using place = await openBackupPlace(options.from, options)
      await putBack(tools, place, bar)
    }
    const plan = await tools.planRepair(scrubShownOn(bar))
    bar.end()
    tell(plan)
    if (plan.hasDamagedPages) {
      return say('Pages of metadata are damaged: nothing can be taken out. Restore the store from a backup.')
    }
    const count = plan.rows.length + plan.objects.length
    if (count === 0) return say('Nothing is to be taken out.')
    if (!(await isAgreed(options, count))) {
      process.exitCode = 1
      return say('Nothing was changed.')
    }
    const { rows, objects } = await tools.repair(plan)
    say(`${rows} rows and ${objects} objects were taken out.`)
    const wholeAgain = plan.objects.length - objects
    if (wholeAgain > 0) say(`${wholeAgain} objects are whole again.`)
  })
}

async function putBack(tools: StoreTools, from: BackupPlace, bar: ProgressBar): Promise<void> {
  const { mended, problems } = await tools.mend(from, { onProgress: shownOn(bar) })
  bar.end()
  for (const what of mended) say(`PUT BACK ${what}`)
  for (const { where, what } of problems) say(`WRONG in the ${where}: ${what}`)
  say(`${mended.length} rows and blobs were put back.`)
}

function tell({ rows, objects, left }: RepairPlan): void {
  for (const { damage } of rows) say(`TO REMOVE ${damageText(damage)}`)
  for (const { damage } of objects) say(`TO REMOVE ${damageText(damage)}`)
  for (const damage of left) say(`LEFT AS IT IS ${damageText(damage)}`)
  if (left.length > 0) process.exitCode = 1
}

async function isAgreed({ yes, data }: RepairOptions, count: number): Promise<boolean> {
  if (yes) return true
  if (!process.stdin.isTTY) {
    say('Give --yes to take that out: there is nobody to ask.')
    return false
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question(`Remove these ${count} for good from ${data}? Type "yes": `)
    return answer.trim() === 'yes'
  } finally {
    terminal.close()
  }
}
