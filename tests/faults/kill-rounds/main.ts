import { parseArgs } from 'node:util'
import { killRounds } from './kill-rounds.ts'

/**
 * `node tests/faults/kill-rounds --folder /tmp/killed [--lives 500] [--minutes 5]`: rounds on a folder that stays, so that the
 * next run goes on with it. Four rounds in two lives.
 */
const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    lives: { type: 'string', default: '500' },
    minutes: { type: 'string', default: '60' },
  },
})
if (values.folder === undefined) throw new Error('which folder?')
const report = await killRounds({
  dataDirectory: values.folder,
  bucket: `kill-${Date.now()}`,
  lives: Number(values.lives),
  untilMilliseconds: Date.now() + Number(values.minutes) * 60_000,
})
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`)
process.exitCode = report.problems.length === 0 ? 0 : 1
