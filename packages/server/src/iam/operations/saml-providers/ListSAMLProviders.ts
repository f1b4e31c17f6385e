import { defineOperation } from '../../shared/operation.ts'

/** None: they cannot be made here. What audits an account asks all the same. */
export const ListSAMLProviders = defineOperation('ListSAMLProviders', {
  resource: () => '*',
  handle: () => Promise.resolve({ SAMLProviderList: [] }),
})
