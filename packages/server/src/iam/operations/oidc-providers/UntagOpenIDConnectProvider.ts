import { withoutTags } from '../../shared/tags.ts'
import { changeProvider, defineProviderOperation } from './provider-operation.ts'

export const UntagOpenIDConnectProvider = defineProviderOperation('UntagOpenIDConnectProvider', {
  keys: ({ TagKeys }) => ({ 'aws:TagKeys': TagKeys }),
  async handle(provider, { TagKeys }, { service }) {
    await changeProvider(service, provider, (row) => ({
      ...row,
      tags: withoutTags(row.tags ?? [], TagKeys, 'different'),
    }))
    return {}
  },
})
