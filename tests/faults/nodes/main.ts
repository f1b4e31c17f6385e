import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildServer } from '../../../tools/build-server.ts'

/**
 * `node tests/faults/nodes --folder /tmp/nodes [--rounds 100] [--minutes 30] [--place pool] [--fault 'promoted standby']`: nodes on one database while
 * things fail; half of the rounds with the bytes in a shared folder, then half in a pool of Ceph.
 */
const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    rounds: { type: 'string', default: '100' },
    minutes: { type: 'string', default: '30' },
    place: { type: 'string', multiple: true },
    fault: { type: 'string', multiple: true },
  },
})
if (values.folder === undefined) throw new Error('which folder?')
using built = buildServer()
process.env['HOLDFAST_BUILT_COMMAND'] = built.command
const { nodeRounds, PLACES, possibleFaults } = await import('./node-rounds.ts')

const stages = []
for (const place of PLACES.filter((one) => values.place?.includes(one) ?? true)) {
  const folder = join(values.folder, place)
  const possible = await possibleFaults(place, folder)
  const faults = possible.filter((fault) => values.fault?.includes(fault) ?? true)
  if (faults.length > 0) stages.push({ place, folder, faults })
}
const reports: Record<string, unknown> = {}
const end = Date.now() + Number(values.minutes) * 60_000
let left = Number(values.rounds)
for (const [index, stage] of stages.entries()) {
  const share = 1 / (stages.length - index)
  const rounds = Math.ceil(left * share)
  left -= rounds
  await mkdir(stage.folder, { recursive: true })
  const report = await nodeRounds({
    ...stage,
    rounds,
    untilMilliseconds: Date.now() + (end - Date.now()) * share,
    onRound: ({ number, fault, milliseconds, acknowledged }) =>
      process.stderr.write(
        `${stage.place} ${number} ${fault}: ${milliseconds} ms, ${acknowledged} acknowledged so far\n`,
      ),
  })
  reports[stage.place] = report
  if (report.problems.length > 0) process.exitCode = 1
}
process.stdout.write(`${JSON.stringify(reports, undefined, 2)}\n`)
