import { defineUserOperation } from '../../shared/operation.ts'

/** None: see ListSSHPublicKeys. They are for services that are not here. */
export const ListServiceSpecificCredentials = defineUserOperation('ListServiceSpecificCredentials', {
  handle: () => Promise.resolve({ ServiceSpecificCredentials: [], IsTruncated: false }),
  handleRoot: () => Promise.resolve({ ServiceSpecificCredentials: [], IsTruncated: false }),
})
