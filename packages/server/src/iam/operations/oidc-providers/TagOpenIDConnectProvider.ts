import { requestTagKeys, withTags } from '../../shared/tags.ts'
import { changeProvider, defineProviderOperation } from './provider-operation.ts'

export const TagOpenIDConnectProvider = defineProviderOperation('TagOpenIDConnectProvider', {
  keys: ({ Tags }) => requestTagKeys(Tags),
  async handle(provider, { Tags }, { service }) {
    await changeProvider(service, provider, (row) => ({
      ...row,
      tags: withTags(row.tags ?? [], Tags, 'different'),
    }))
    return {}
  },
})
