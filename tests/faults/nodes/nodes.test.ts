import { join } from 'node:path'
import { expect, it } from 'vitest'
import { postgresqlPrograms, startPostgresql } from '../../support/postgresql-cluster.ts'
import { skip } from '../../support/require-command.ts'
import { isLarge } from '../../support/sizes.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { FAULTS, nodeRounds } from './node-rounds.ts'

/** Of each fault; the tool of this folder makes as many as are wanted. */
const EACH = isLarge ? 25 : 2

it('nodes on one database keep every promise while things fail', { timeout: 900_000 }, async (context) => {
  if (postgresqlPrograms() === undefined) skip(context, 'PostgreSQL is not installed')
  await using cluster = await startPostgresql()
  await using folder = await temporaryDirectory()
  const dataDirectory = join(folder.path, 'data')
  const { problems, rounds, acknowledged } = await nodeRounds({
    cluster,
    dataDirectory,
    rounds: EACH * FAULTS.length,
  })
  expect({ problems, rounds }).toEqual({
    problems: [],
    rounds: Object.fromEntries(FAULTS.map((fault) => [fault, EACH])),
  })
  expect(acknowledged).toBeGreaterThan(50)
})
