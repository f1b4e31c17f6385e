import { kmsGrants } from '../../../metadata/tables/kms-tables.ts'
import { keyName } from '../../shared/common-inputs.ts'
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
    const wanted = page.items.filter(
      ({ parts: [, id], row }) =>
        (input.GrantId ?? id) === id &&
        (input.GranteePrincipal ?? row.granteePrincipal) === row.granteePrincipal,
    )
    return { Grants: wanted.map(({ parts: [, id], row }) => grantEntry(key, id, row)), ...page.rest }
  },
})
