import { parseArgs } from 'node:util'
import { startPostgresql } from '../../support/postgresql-cluster.ts'
import { nodeRounds } from './node-rounds.ts'

/** `node tests/faults/nodes --folder /tmp/nodes [--rounds 100] [--minutes 30]`: nodes on one database while things fail. */
const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    rounds: { type: 'string', default: '100' },
    minutes: { type: 'string', default: '30' },
  },
})
if (values.folder === undefined) throw new Error('which folder?')
await using cluster = await startPostgresql()
const report = await nodeRounds({
  cluster,
  dataDirectory: values.folder,
  rounds: Number(values.rounds),
  untilMilliseconds: Date.now() + Number(values.minutes) * 60_000,
})
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`)
process.exitCode = report.problems.length === 0 ? 0 : 1
