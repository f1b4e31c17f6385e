import { justAfter } from '../../../metadata/just-after.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import {
  iamCredentialReportPieces,
  type IamCredentialReportRow,
  iamCredentialReports,
} from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'

/** Source: IAM User Guide, "Generate credential reports for your AWS account": "as often as once every four hours". */
const REPORT_MILLISECONDS = 4 * 3600 * 1000

/** One that is being made and of which nothing was written for so long is nobody's work any more. */
const SILENT_MILLISECONDS = 60_000

/** Pieces are large. */
const PIECES_A_READ = 10

export type ReportState = 'absent' | 'underway' | 'ready' | 'expired'

export function stateOf(row: IamCredentialReportRow | undefined, now: Date): ReportState {
  if (!row) return 'absent'
  const { generatedMilliseconds, writtenMilliseconds } = row
  if (generatedMilliseconds === undefined) {
    // One from the future: the clock was set back.
    const silence = Math.abs(now.getTime() - writtenMilliseconds)
    return silence < SILENT_MILLISECONDS ? 'underway' : 'absent'
  }
  const age = now.getTime() - generatedMilliseconds
  // Processes' clocks differ a little; else it was set back.
  return age > -SILENT_MILLISECONDS && age < REPORT_MILLISECONDS ? 'ready' : 'expired'
}

/** Takes the place of what was there, unless it is ready or another's work. Tells what there was. */
export function beginReport(
  metadata: OrderedStore,
  accountId: string,
  id: string,
  now: Date,
): Promise<ReportState> {
  return transact(metadata, async (transaction) => {
    const before = stateOf(await transaction.getIfReadable(iamCredentialReports, accountId), now)
    if (before === 'absent' || before === 'expired') {
      const row = { id, pieces: 0, writtenMilliseconds: now.getTime() }
      transaction.put(iamCredentialReports, [accountId], row)
    }
    return before
  })
}

/** Those of reports before it, whose makers can write none any more. */
export async function removePieces(metadata: OrderedStore, accountId: string): Promise<void> {
  const { start, end } = iamCredentialReportPieces.range(accountId)
  for (let from: Uint8Array | undefined = start; from;) {
    const entries = await metadata.scan({ start: from, end, limit: PIECES_A_READ })
    const last = entries.at(-1)
    if (last) await metadata.commit({ expect: [], put: [], remove: entries.map(({ key }) => key) })
    from = last && justAfter(last.key)
  }
}

/** Writes another piece; false where the report is another's meanwhile. */
export function addPiece(
  metadata: OrderedStore,
  { accountId, id }: { readonly accountId: string; readonly id: string },
  text: string,
  now: Date,
): Promise<boolean> {
  return transact(metadata, async (transaction) => {
    const row = await transaction.getIfReadable(iamCredentialReports, accountId)
    if (row?.id !== id) return false
    transaction.put(iamCredentialReportPieces, [accountId, id, row.pieces], { text })
    const pieces = row.pieces + 1
    transaction.put(iamCredentialReports, [accountId], { id, pieces, writtenMilliseconds: now.getTime() })
    return true
  })
}

/** The report is ready, or, without a moment that it tells of, came to nothing. */
export function endReport(
  metadata: OrderedStore,
  { accountId, id }: { readonly accountId: string; readonly id: string },
  generatedMilliseconds: number | undefined,
): Promise<boolean> {
  return transact(metadata, async (transaction) => {
    const row = await transaction.getIfReadable(iamCredentialReports, accountId)
    if (row?.id !== id) return false
    if (generatedMilliseconds === undefined) transaction.remove(iamCredentialReports, accountId)
    else transaction.put(iamCredentialReports, [accountId], { ...row, generatedMilliseconds })
    return true
  })
}
