import { expect, it } from 'vitest'
import { postgresqlPrograms } from '../../support/postgresql-cluster.ts'
import { skip } from '../../support/require-command.ts'
import { isLarge } from '../../support/sizes.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { nodeRounds, possibleFaults } from './node-rounds.ts'

/** Of each fault; the tool of this folder makes as many as are wanted. */
const EACH = isLarge ? 13 : 1

it('nodes on one database keep every promise while things fail', { timeout: 1_800_000 }, async (context) => {
  if (postgresqlPrograms() === undefined) skip(context, 'PostgreSQL is not installed')
  await using folder = await temporaryDirectory()
  const faults = await possibleFaults(folder.path)
  const rounds = EACH * faults.length
  const { problems, acknowledged, registers } = await nodeRounds({ folder: folder.path, faults, rounds })
  expect(problems).toEqual([])
  expect(acknowledged).toBeGreaterThan(50)
  expect(registers.operations).toBeGreaterThan(100)
})
