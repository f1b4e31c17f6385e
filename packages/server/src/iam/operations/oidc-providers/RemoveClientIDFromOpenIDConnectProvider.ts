import { changeProvider, defineProviderOperation } from './provider-operation.ts'

/** That there is no such client is no error. */
export const RemoveClientIDFromOpenIDConnectProvider = defineProviderOperation(
  'RemoveClientIDFromOpenIDConnectProvider',
  {
    async handle(provider, { ClientID }, { service }) {
      await changeProvider(service, provider, (row) => ({
        ...row,
        clientIds: row.clientIds.filter((clientId) => clientId !== ClientID),
      }))
      return {}
    },
  },
)
