import { defineUserOperation } from '../../shared/operation.ts'

/** None: see ListSSHPublicKeys. They sign requests to services that are not here. */
export const ListSigningCertificates = defineUserOperation('ListSigningCertificates', {
  handle: () => Promise.resolve({ Certificates: [], IsTruncated: false }),
  handleRoot: () => Promise.resolve({ Certificates: [], IsTruncated: false }),
})
