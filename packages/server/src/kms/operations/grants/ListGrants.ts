import { kmsGrants } from '../../../metadata/tables/kms-tables.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { findKeptPrincipal } from '../../shared/grant-principals.ts'
import { grantEntry, grantId, principalArn } from '../../shared/grants.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { SHORT_PAGE, pageOfTable } from '../../shared/page.ts'
import { members, optional, unsupported } from '../../shared/read-input.ts'

const input = members({
  KeyId: keyName,
  GrantId: optional(grantId),
  GranteePrincipal: optional(principalArn),
  GranteeServicePrincipal: unsupported,
  ...SHORT_PAGE,
})

/** With a filter, a page may have fewer grants than its limit and go on all the same. */
export const ListGrants = defineKeyOperation('ListGrants', {
  input,
  usable: 'any state',
  async handle(input, key, { service }) {
    const page = await pageOfTable(service.metadata, kmsGrants, [key.id], input)
    const { GranteePrincipal } = input
    const kept = GranteePrincipal && (await findKeptPrincipal(service, GranteePrincipal))
    const wanted = page.items.filter(
      ({ parts: [, id], row }) =>
        (input.GrantId ?? id) === id &&
        (GranteePrincipal === undefined || [GranteePrincipal, kept].includes(row.granteePrincipal)),
    )
    const entries = wanted.map(({ parts: [, id], row }) => grantEntry(service, key, id, row))
    return { Grants: await Promise.all(entries), ...page.rest }
  },
})
