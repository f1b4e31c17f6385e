import { expect, it } from 'vitest'
import { seededRandom } from '../../../base/seeded-random.ts'
import { timedUuid } from '../../../base/uuid.ts'
import { openMemory } from '../../../metadata/engines/memory.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import {
  iamServiceAccessCounts,
  iamServiceAccessJobs,
  iamServiceAccessPieces,
} from '../../../metadata/tables/service-access-tables.ts'
import { readRow, transact } from '../../../metadata/transaction.ts'
import { addPiece, beginReport, endReport, entitiesOf } from './report-rows.ts'

const HOUR = 3600_000
const START = Date.parse('2026-01-01T00:00:00Z')
const accountId = '100000000001'
const random = seededRandom('reports')

async function newReport(metadata: OrderedStore, hours: number, pieces: number) {
  const createdMilliseconds = START + hours * HOUR
  const id = { accountId, jobId: timedUuid(random, new Date(createdMilliseconds)) }
  await beginReport(metadata, id, { owner: 'owner', isOfActions: false, createdMilliseconds, services: [] })
  for (let number = 0; number < pieces; number++) {
    await addPiece(metadata, id, number, { entities: [{ id: `AIDA${number}`, atMilliseconds: {} }] })
  }
  await endReport(metadata, id, { services: [], completedMilliseconds: createdMilliseconds })
  return id
}

async function rowsOf(metadata: OrderedStore) {
  const jobs = await metadata.scan({ ...iamServiceAccessJobs.range(accountId), limit: 100 })
  const pieces = await metadata.scan({ ...iamServiceAccessPieces.range(accountId), limit: 100 })
  const count = await readRow(metadata, iamServiceAccessCounts, accountId)
  return { jobs: jobs.map(({ key }) => iamServiceAccessJobs.parts(key)[1]), pieces: pieces.length, ...count }
}

it('takes away what is a day old, pieces and all, with the next report', async () => {
  const metadata = openMemory({ random: seededRandom('rows') })
  const old = await newReport(metadata, 0, 25)
  const young = await newReport(metadata, 1, 1)
  expect(await rowsOf(metadata)).toEqual({ jobs: [old.jobId, young.jobId], pieces: 26, rows: 28 })
  const newest = await newReport(metadata, 24, 2)
  expect(await rowsOf(metadata)).toEqual({ jobs: [young.jobId, newest.jobId], pieces: 3, rows: 5 })
  expect((await entitiesOf(metadata, newest)).map(({ id }) => id)).toEqual(['AIDA0', 'AIDA1'])
})

it('takes away the oldest where there are too many', async () => {
  const metadata = openMemory({ random: seededRandom('rows') })
  await newReport(metadata, 0, 2)
  const young = await newReport(metadata, 1, 1)
  await transact(metadata, (transaction) => {
    transaction.put(iamServiceAccessCounts, [accountId], { rows: 10_000 })
  })
  const newest = await newReport(metadata, 2, 0)
  expect(await rowsOf(metadata)).toEqual({ jobs: [young.jobId, newest.jobId], pieces: 1, rows: 9998 })
})

it('adds nothing to a report that had to go', async () => {
  const metadata = openMemory({ random: seededRandom('rows') })
  const gone = { accountId, jobId: timedUuid(random, new Date(START)) }
  await addPiece(metadata, gone, 0, { entities: [] })
  await endReport(metadata, gone, { services: [], completedMilliseconds: START })
  expect(await rowsOf(metadata)).toEqual({ jobs: [], pieces: 0 })
})
