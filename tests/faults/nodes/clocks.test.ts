import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type PostgresqlCluster,
  postgresqlPrograms,
  startPostgresql,
} from '../../support/postgresql-cluster.ts'
import { xmlTexts } from '../../support/raw-request.ts'
import { tries } from '../../support/sizes.ts'
import { expectLocksToHold } from '../../model/attack-locks.ts'
import { BucketClient } from '../../model/bucket-client.ts'
import { expectVersionsOfModel } from '../../model/walk-versions.ts'
import { ClockedNodes } from './clocked-nodes.ts'

/** As far from the database's as they may be (5 s), just about. */
const APART_MILLISECONDS = [4900, -4900]
const START = new Date('2030-06-01T12:00:00Z')
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000
const seed = Number(process.env['HOLDFAST_SEED'] ?? Date.now() % 2 ** 31)

describe.skipIf(postgresqlPrograms() === undefined)(
  'nodes whose clocks are 4.9 s ahead of and behind the database',
  () => {
    let cluster: PostgresqlCluster
    let nodes: ClockedNodes
    beforeAll(async () => void (cluster = await startPostgresql()), 60_000)
    beforeEach(async () => {
      nodes = await ClockedNodes.start(cluster, APART_MILLISECONDS, START)
      return () => nodes[Symbol.asyncDispose]()
    }, 60_000)
    afterAll(() => cluster?.[Symbol.asyncDispose]())

    it.each([
      [
        'versions, markers, locks, tags, rules and times go as the model says',
        expectVersionsOfModel,
        tries(400),
      ],
      [
        'nothing that anyone asks for removes what is under retention or legal hold',
        expectLocksToHold,
        tries(100),
      ],
    ])(`%s (seed ${seed})`, { timeout: 1_200_000 }, (_, expectHeld, count) =>
      expectHeld(nodes, { seed, count }),
    )

    it('versions lie in the order in which they were written, at the time of the database', async () => {
      using client = new BucketClient(nodes)
      await client.send('PUT', '/ordered')
      const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
      await client.send('PUT', '/ordered', { query: 'versioning=', body })
      const written: unknown[] = []
      for (let version = 0; version < 12; version++) {
        const answer = await client.send('PUT', '/ordered/key', { body: String(version) })
        written.push(answer.headers['x-amz-version-id'])
      }
      const { text } = await client.send('GET', '/ordered', { query: 'versions=' })
      expect(xmlTexts(text, 'VersionId')).toEqual(written.toReversed())
      expect(new Set(xmlTexts(text, 'LastModified'))).toEqual(new Set([START.toISOString()]))
    })

    it('retention ends at one moment, whoever is asked', async () => {
      using client = new BucketClient(nodes)
      await client.send('PUT', '/locked', { headers: { 'x-amz-bucket-object-lock-enabled': 'true' } })
      const end = new Date(START.getTime() + DAY_MILLISECONDS)
      const headers = {
        'x-amz-object-lock-mode': 'COMPLIANCE',
        'x-amz-object-lock-retain-until-date': end.toISOString(),
      }
      const queries: string[] = []
      for (const _ of APART_MILLISECONDS) {
        const answer = await client.send('PUT', '/locked/key', { body: 'kept', headers })
        queries.push(`versionId=${String(answer.headers['x-amz-version-id'])}`)
      }
      const removals = async (): Promise<number[]> => {
        const answers: number[] = []
        for (const query of queries)
          answers.push((await client.send('DELETE', '/locked/key', { query })).status)
        return answers
      }
      await nodes.setTime(new Date(end.getTime() - 1000))
      expect(await removals()).toEqual([403, 403])
      await nodes.setTime(end)
      expect(await removals()).toEqual([204, 204])
    })
  },
)
