import { defineOperation } from '../../shared/operation.ts'

/** None: they are for load balancers, and cannot be uploaded here. What audits an account asks all the same. */
export const ListServerCertificates = defineOperation('ListServerCertificates', {
  resource: () => '*',
  handle: () => Promise.resolve({ ServerCertificateMetadataList: [], IsTruncated: false }),
})
