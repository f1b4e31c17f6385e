import { justAfter } from '../../../metadata/just-after.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import type { Table } from '../../../metadata/table.ts'
import { readableRows } from '../../../metadata/unreadable-rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { decodeContinuationToken, encodeContinuationToken } from './continuation-token.ts'

/** Source: S3 API Reference, ListAccessPoints and ListJobs. */
const MOST = 1000
/** Rows that are looked at for a page of what is looked for: it ends there, with a token, however little was found. */
const MOST_LOOKED_AT = 10_000

export interface AccountPage {
  readonly accountId: string
  readonly maxResults: number | undefined
  readonly token: string | undefined
}

/**
 * A page of what an account has in a table, in the order of its names; without what `show` returns nothing for. Rows that cannot be
 * read are told and passed over. Throws InvalidArgument for a page of another size than 1 to 1,000 and for a token of its own making.
 */
export async function accountPage<Row, Shown>(
  metadata: OrderedStore,
  table: Table<[accountId: string, name: string], Row>,
  { accountId, maxResults: most = MOST, token }: AccountPage,
  show: (name: string, row: Row) => Shown | undefined,
): Promise<{ readonly found: Shown[]; readonly NextToken?: string }> {
  if (most < 1 || most > MOST) throw invalidMost(most)
  const { start, end } = table.range(accountId)
  const after = token === undefined ? undefined : decodeContinuationToken(token)
  const from = after === undefined ? start : justAfter(table.key(accountId, after))
  const found: Shown[] = []
  let last = ''
  let lookedAt = 0
  for await (const { parts, row } of readableRows(metadata, table, { start: from, end })) {
    if (lookedAt++ === MOST_LOOKED_AT) return { found, NextToken: encodeContinuationToken(last) }
    const shown = show(parts[1], row)
    if (shown === undefined) {
      if (found.length < most) last = parts[1]
      continue
    }
    if (found.length === most) return { found, NextToken: encodeContinuationToken(last) }
    found.push(shown)
    last = parts[1]
  }
  return { found }
}

function invalidMost(asked: number): S3Error {
  const fields = { ArgumentName: 'maxResults', ArgumentValue: String(asked) }
  return new S3Error('InvalidArgument', fields, { message: `maxResults has to be from 1 to ${MOST}` })
}
