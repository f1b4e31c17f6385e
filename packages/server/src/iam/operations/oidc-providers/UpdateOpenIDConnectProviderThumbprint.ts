import { QueryError } from '../../../model/query-error.ts'
import { checkedThumbprints } from './provider-limits.ts'
import { changeProvider, defineProviderOperation } from './provider-operation.ts'

/** The list takes the place of the one before. */
export const UpdateOpenIDConnectProviderThumbprint = defineProviderOperation(
  'UpdateOpenIDConnectProviderThumbprint',
  {
    async handle(provider, { ThumbprintList }, { service }) {
      const thumbprints = checkedThumbprints(ThumbprintList)
      if (thumbprints.length === 0) throw new QueryError('InvalidInput', 'Thumbprint list must not be empty.')
      await changeProvider(service, provider, (row) => ({ ...row, thumbprints }))
      return {}
    },
  },
)
