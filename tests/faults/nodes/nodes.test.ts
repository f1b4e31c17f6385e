import { expect, it } from 'vitest'
import { whyNoCeph } from '../../support/ceph-cluster.ts'
import { postgresqlPrograms } from '../../support/postgresql-cluster.ts'
import { skip } from '../../support/require-command.ts'
import { isLarge } from '../../support/sizes.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { nodeRounds, PLACES, possibleFaults } from './node-rounds.ts'

/** Of each fault; the tool of this folder makes as many as are wanted. */
const EACH = isLarge ? 7 : 1

it.for(PLACES)(
  'nodes on one database, with their bytes in one %s, keep every promise while things fail',
  { timeout: 1_800_000 },
  async (place, context) => {
    if (postgresqlPrograms() === undefined) skip(context, 'PostgreSQL is not installed')
    const missing = place === 'pool' ? whyNoCeph() : undefined
    if (missing !== undefined) skip(context, missing)
    await using folder = await temporaryDirectory()
    const faults = await possibleFaults(place, folder.path)
    const rounds = EACH * faults.length
    const report = await nodeRounds({ place, folder: folder.path, faults, rounds })
    expect(report.problems).toEqual([])
    expect(report.acknowledged).toBeGreaterThan(50)
    expect(report.registers.operations).toBeGreaterThan(100)
  },
)
