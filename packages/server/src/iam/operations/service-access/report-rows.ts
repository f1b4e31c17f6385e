import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import {
  iamServiceAccessCounts,
  type IamServiceAccessJobRow,
  iamServiceAccessJobs,
  type IamServiceAccessPieceRow,
  iamServiceAccessPieces,
} from '../../../metadata/tables/service-access-tables.ts'
import { transact, type Transaction } from '../../../metadata/transaction.ts'
import { readableRows, readIfReadable } from '../../../metadata/unreadable-rows.ts'
import type { SigningCaller } from '../../../identities/signing-caller.ts'
import { QueryError } from '../../../model/query-error.ts'
import type { IamContext } from '../../shared/iam-service.ts'

/** So long a report may be read. AWS documents no end. */
const KEPT_FOR_MILLISECONDS = 24 * 3600_000

/** Rows of an account's reports; beyond them the oldest go before their time. */
const MOST_ROWS = 10_000

/** That one report takes away at the most, of those before it. */
const MOST_REMOVED = 1000

/** Pieces are large. */
const PIECES_A_READ = 10

export interface ReportId {
  readonly accountId: string
  readonly jobId: string
}

export interface Report extends ReportId {
  readonly row: IamServiceAccessJobRow
  readonly completedAt: Date
}

/** Makes place for a report, which is nobody's to read until it is ended. */
export function beginReport(
  metadata: OrderedStore,
  id: ReportId,
  row: IamServiceAccessJobRow,
): Promise<void> {
  return transact(metadata, async (transaction) => {
    const rows = await removeOld(transaction, id.accountId, row.createdMilliseconds)
    transaction.put(iamServiceAccessJobs, [id.accountId, id.jobId], row)
    transaction.put(iamServiceAccessCounts, [id.accountId], { rows: rows + 1 })
  })
}

/** Writes another piece of a report, unless it had to go meanwhile. */
export function addPiece(
  metadata: OrderedStore,
  { accountId, jobId }: ReportId,
  number: number,
  piece: IamServiceAccessPieceRow,
): Promise<void> {
  return transact(metadata, async (transaction) => {
    if (!(await transaction.getIfReadable(iamServiceAccessJobs, accountId, jobId))) return
    const rows = await countOf(transaction, accountId)
    transaction.put(iamServiceAccessPieces, [accountId, jobId, number], piece)
    transaction.put(iamServiceAccessCounts, [accountId], { rows: rows + 1 })
  })
}

/** From now on it can be read. */
export function endReport(
  metadata: OrderedStore,
  { accountId, jobId }: ReportId,
  rest: Pick<IamServiceAccessJobRow, 'services' | 'completedMilliseconds'>,
): Promise<void> {
  return transact(metadata, async (transaction) => {
    const row = await transaction.getIfReadable(iamServiceAccessJobs, accountId, jobId)
    if (row) transaction.put(iamServiceAccessJobs, [accountId, jobId], { ...row, ...rest })
  })
}

/**
 * A report that the caller had made: nobody else may read it, a session none of another one. Source: IAM User Guide, "Refine permissions in AWS
 * using last accessed information", "Report owner".
 */
export async function requireReport(
  jobId: string,
  { service: { metadata, clock }, caller }: IamContext,
): Promise<Report> {
  const accountId = caller.account.id
  const row = await readIfReadable(metadata, iamServiceAccessJobs, accountId, jobId)
  const isOwn = row?.owner === ownerOf(caller) && !isOver(row, clock.now().getTime())
  if (!row || !isOwn || row.completedMilliseconds === undefined) {
    throw new QueryError('NoSuchEntity', `Job ${jobId} does not exist.`)
  }
  return { accountId, jobId, row, completedAt: new Date(row.completedMilliseconds) }
}

export function ownerOf({ principal, traits, account }: SigningCaller): string {
  if (traits.session) return traits.session.accessKeyId
  return principal.kind === 'user' ? principal.id : account.id
}

/** All users and roles of a report. */
export async function entitiesOf(
  metadata: OrderedStore,
  { accountId, jobId }: ReportId,
): Promise<IamServiceAccessPieceRow['entities'][number][]> {
  const range = iamServiceAccessPieces.range(accountId, jobId)
  const entities: IamServiceAccessPieceRow['entities'][number][] = []
  for await (const { row } of readableRows(metadata, iamServiceAccessPieces, range, PIECES_A_READ)) {
    entities.push(...row.entities)
  }
  return entities
}

function isOver({ createdMilliseconds }: IamServiceAccessJobRow, nowMilliseconds: number): boolean {
  return nowMilliseconds >= createdMilliseconds + KEPT_FOR_MILLISECONDS
}

/** Takes away the oldest reports whose time is over, or of which there are too many; returns how many rows are left. */
async function removeOld(transaction: Transaction, accountId: string, now: number): Promise<number> {
  const before = await countOf(transaction, accountId)
  let removed = 0
  const range = iamServiceAccessJobs.range(accountId)
  for await (const { row, parts } of readableRows(transaction.store, iamServiceAccessJobs, range, 100)) {
    if (removed >= MOST_REMOVED || (before - removed < MOST_ROWS && !isOver(row, now))) break
    transaction.remove(iamServiceAccessJobs, ...parts)
    removed += 1 + (await removePieces(transaction, parts))
  }
  return Math.max(before - removed, 0)
}

async function removePieces(transaction: Transaction, job: readonly [string, string]): Promise<number> {
  let removed = 0
  const range = iamServiceAccessPieces.range(...job)
  const rows = readableRows(transaction.store, iamServiceAccessPieces, range, PIECES_A_READ)
  for await (const { parts } of rows) {
    transaction.remove(iamServiceAccessPieces, ...parts)
    removed++
  }
  return removed
}

/** All who add or remove rows change it, so that one of them goes before the other. */
async function countOf(transaction: Transaction, accountId: string): Promise<number> {
  return (await transaction.getIfReadable(iamServiceAccessCounts, accountId))?.rows ?? 0
}
