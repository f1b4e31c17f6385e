import { checkedClientIds } from './provider-limits.ts'
import { changeProvider, defineProviderOperation } from './provider-operation.ts'

/** Once more changes nothing. */
export const AddClientIDToOpenIDConnectProvider = defineProviderOperation(
  'AddClientIDToOpenIDConnectProvider',
  {
    async handle(provider, { ClientID }, { service }) {
      await changeProvider(service, provider, (row) => ({
        ...row,
        clientIds: checkedClientIds([...row.clientIds, ClientID]),
      }))
      return {}
    },
  },
)
