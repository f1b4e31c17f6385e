import { afterAll, beforeAll, describe, it } from 'vitest'
import {
  type PostgresqlCluster,
  postgresqlPrograms,
  startPostgresql,
} from '../../support/postgresql-cluster.ts'
import { tries } from '../../support/sizes.ts'
import { attackLocks } from '../../model/attack-locks.ts'
import { walkVersions } from '../../model/walk-versions.ts'
import { ClockedNodes } from './clocked-nodes.ts'

/** As far from the database's as they may be (5 s), just about. */
const APART_MILLISECONDS = [4900, 0, -4900]
const START = new Date('2030-06-01T12:00:00Z')
const count = tries(100)
const seed = Number(process.env['HOLDFAST_SEED'] ?? Date.now() % 2 ** 31)

describe.skipIf(postgresqlPrograms() === undefined)(
  'nodes whose clocks are 4.9 s ahead of and behind the database',
  () => {
    let cluster: PostgresqlCluster
    beforeAll(async () => void (cluster = await startPostgresql()), 60_000)
    afterAll(() => cluster?.[Symbol.asyncDispose]())

    it.each([
      [
        `${count} sequences of versions, markers, locks, tags, rules and times go as the model says`,
        walkVersions,
      ],
      [`no sequence of requests, of ${count}, removes what is under retention or legal hold`, attackLocks],
    ])(`%s (seed ${seed})`, { timeout: 900_000 }, async (_, hold) => {
      await using nodes = await ClockedNodes.start(cluster, APART_MILLISECONDS, START)
      await hold(nodes, { seed, count })
    })
  },
)
