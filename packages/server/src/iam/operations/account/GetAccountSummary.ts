import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { pageOfRows } from '../../../metadata/page-of-rows.ts'
import type { Table } from '../../../metadata/table.ts'
import {
  iamGroupPaths,
  iamInstanceProfilePaths,
  iamMfaDevices,
  iamOidcProviders,
  iamPolicies,
  iamRolePaths,
  iamUserPaths,
} from '../../../metadata/tables/iam-tables.ts'
import { defineOperation } from '../../shared/operation.ts'
import { QUOTAS } from '../../shared/quotas.ts'

/** Policies are large. */
const ROWS_A_READ = 200

/** What there cannot be here. */
const NONE = {
  AccountPasswordPresent: 0,
  AccountSigningCertificatesPresent: 0,
  ServerCertificates: 0,
  ServerCertificatesQuota: 0,
  SigningCertificatesPerUserQuota: 0,
}

/** Tokens of sessions are good in every region. */
const GlobalEndpointTokenVersion = 2

/** Counted when it is asked for, some rows at a time. Quotas that are not held to are left out: an account may have any number of users. */
export const GetAccountSummary = defineOperation('GetAccountSummary', {
  resource: () => '*',
  async handle(_, { service: { metadata }, caller: { account } }) {
    const ofConfig = account.mfaDevices?.length ?? 0
    const devices = await countedDevices(metadata, account.id)
    const SummaryMap = {
      ...QUOTAS,
      ...NONE,
      GlobalEndpointTokenVersion,
      Users: await countRows(metadata, iamUserPaths, account.id),
      Groups: await countRows(metadata, iamGroupPaths, account.id),
      Roles: await countRows(metadata, iamRolePaths, account.id),
      InstanceProfiles: await countRows(metadata, iamInstanceProfilePaths, account.id),
      Providers: await countRows(metadata, iamOidcProviders, account.id),
      ...(await countedPolicies(metadata, account.id)),
      MFADevices: devices.all + ofConfig,
      MFADevicesInUse: devices.held + ofConfig,
      AccountMFAEnabled: Number(devices.ofRoot + ofConfig > 0),
      AccountAccessKeysPresent: Number(account.accessKeys.length > 0),
    }
    return { SummaryMap }
  },
})

type OfAccount<Row> = Table<[accountId: string, name: string], Row>

async function countRows(
  metadata: OrderedStore,
  table: OfAccount<unknown>,
  accountId: string,
): Promise<number> {
  let count = 0
  for await (const rows of pagesOf(metadata, table, accountId)) count += rows.length
  return count
}

async function countedPolicies(metadata: OrderedStore, accountId: string) {
  const counts = { Policies: 0, PolicyVersionsInUse: 0 }
  for await (const rows of pagesOf(metadata, iamPolicies, accountId)) {
    counts.Policies += rows.length
    for (const { versions } of rows) counts.PolicyVersionsInUse += versions.length
  }
  return counts
}

async function countedDevices(metadata: OrderedStore, accountId: string) {
  const counts = { all: 0, held: 0, ofRoot: 0 }
  for await (const rows of pagesOf(metadata, iamMfaDevices, accountId)) {
    counts.all += rows.length
    counts.held += rows.filter(({ holder }) => holder).length
    counts.ofRoot += rows.filter(({ holder }) => holder?.id === accountId).length
  }
  return counts
}

async function* pagesOf<Row>(
  metadata: OrderedStore,
  table: OfAccount<Row>,
  accountId: string,
): AsyncGenerator<readonly Row[]> {
  const range = table.range(accountId)
  for (let marker: string | undefined; ;) {
    const page = await pageOfRows(
      metadata,
      table,
      range,
      { limit: ROWS_A_READ, marker },
      () => new RangeError(),
    )
    yield page.items.map(({ row }) => row)
    if (page.next === undefined) return
    marker = page.next
  }
}
