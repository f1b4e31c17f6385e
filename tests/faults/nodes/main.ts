import { parseArgs } from 'node:util'
import { buildServer } from '../../../tools/build-server.ts'

/** `node tests/faults/nodes --folder /tmp/nodes [--rounds 100] [--minutes 30] [--fault 'promoted standby']`: nodes on one database while things fail. */
const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    rounds: { type: 'string', default: '100' },
    minutes: { type: 'string', default: '30' },
    fault: { type: 'string', multiple: true },
  },
})
if (values.folder === undefined) throw new Error('which folder?')
using built = buildServer()
process.env['HOLDFAST_BUILT_COMMAND'] = built.command
const { FAULTS, nodeRounds, possibleFaults } = await import('./node-rounds.ts')
const possible = await possibleFaults(values.folder)
const faults = FAULTS.filter((fault) => possible.includes(fault) && (values.fault?.includes(fault) ?? true))
const report = await nodeRounds({
  folder: values.folder,
  faults,
  rounds: Number(values.rounds),
  untilMilliseconds: Date.now() + Number(values.minutes) * 60_000,
  onRound: ({ number, fault, milliseconds, acknowledged }) =>
    process.stderr.write(`${number} ${fault}: ${milliseconds} ms, ${acknowledged} acknowledged so far\n`),
})
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`)
process.exitCode = report.problems.length === 0 ? 0 : 1
