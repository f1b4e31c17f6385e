import type { Account } from '../../../access/accounts.ts'
import type { Clock } from '../../../base/clock.ts'
import { inSlices } from '../../../base/in-slices.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import {
  iamPasswordPolicies,
  type IamPasswordPolicyRow,
  iamUserNames,
  iamUsers,
} from '../../../metadata/tables/iam-tables.ts'
import { REPORT_HEAD } from './report-line.ts'
import { addPiece, endReport, removePieces } from './report-rows.ts'
import { rootLine } from './reported-root.ts'
import { userLine } from './reported-user.ts'
import { RowsOfMoment } from './rows-of-moment.ts'

const USERS_A_PIECE = 100

/** Between turns of requests: about a millisecond's work. */
const USERS_AT_ONCE = 5

/** Makes the report that was begun, of one moment of the store. False where it is another's meanwhile. */
export async function makeReport(
  { metadata, clock }: { readonly metadata: OrderedStore; readonly clock: Clock },
  account: Account,
  id: string,
): Promise<boolean> {
  const report = { accountId: account.id, id }
  await removePieces(metadata, account.id)
  await using snapshot = await metadata.snapshot()
  const generatedMilliseconds = clock.now().getTime()
  for await (const text of texts(new RowsOfMoment(metadata, snapshot), account)) {
    if (!(await addPiece(metadata, report, text, clock.now()))) return false
  }
  return endReport(metadata, report, generatedMilliseconds)
}

/** The root user first, then the users by their names, in whatever case. */
async function* texts(rows: RowsOfMoment, account: Account): AsyncGenerator<string> {
  yield `${REPORT_HEAD}\n${await rootLine(rows, account)}`
  const policy = await rows.get(iamPasswordPolicies, account.id)
  for await (const names of rows.pages(iamUserNames, iamUserNames.range(account.id), USERS_A_PIECE)) {
    const lines: string[] = []
    for await (const some of inSlices(names, USERS_AT_ONCE)) {
      const found = await Promise.all(some.map(({ id }) => lineOf(rows, id, policy)))
      lines.push(...found.flatMap((line) => line ?? []))
    }
    if (lines.length > 0) yield lines.join('\n')
  }
}

async function lineOf(
  rows: RowsOfMoment,
  id: string,
  policy: IamPasswordPolicyRow | undefined,
): Promise<string | undefined> {
  const user = await rows.get(iamUsers, id)
  return user && userLine(rows, id, user, policy)
}
