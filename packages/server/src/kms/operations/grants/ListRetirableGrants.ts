import { kmsGrants, kmsRetirableGrants } from '../../../metadata/tables/kms-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { findKeptPrincipal } from '../../shared/grant-principals.ts'
import { grantEntry, principalArn } from '../../shared/grants.ts'
import { authorizeAccount } from '../../shared/key-access.ts'
import type { Output } from '../../shared/kms-service.ts'
import { defineOperation } from '../../shared/operation.ts'
import { members, unsupported } from '../../shared/read-input.ts'
import { SHORT_PAGE, pageOfTable } from '../../shared/page.ts'
import { findKey } from '../../shared/resolve-key.ts'

const input = members({
  RetiringPrincipal: principalArn,
  RetiringServicePrincipal: unsupported,
  ...SHORT_PAGE,
})

export const ListRetirableGrants = defineOperation('ListRetirableGrants', {
  input,
  async handle(input, { service, caller }) {
    authorizeAccount(service, caller, 'ListRetirableGrants')
    const { RetiringPrincipal } = input
    const kept = (await findKeptPrincipal(service, RetiringPrincipal)) ?? RetiringPrincipal
    const page = await pageOfTable(service.metadata, kmsRetirableGrants, [kept], input)
    // Of who belongs to the caller's account all grants are told, those on keys of others too.
    // Source: AWS KMS API Reference, ListRetirableGrants, "Cross-account use".
    const isOwn = accountIdOf(RetiringPrincipal) === caller.accountId
    const Grants: Output[] = []
    for (const {
      parts: [, id],
      row,
    } of page.items) {
      const key = await findKey(service, row.keyId)
      const grant = await readRow(service.metadata, kmsGrants, row.keyId, id)
      if (key && grant && (isOwn || key.row.accountId === caller.accountId))
        Grants.push(await grantEntry(service, key, id, grant))
    }
    return { Grants, ...page.rest }
  },
})

function accountIdOf(principal: string): string | undefined {
  return /^(?:arn:aws:(?:iam|sts)::)?(\d{12})(?::|$)/.exec(principal)?.[1]
}
