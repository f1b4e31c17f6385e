import { defineUserOperation } from '../../shared/operation.ts'

/** None: they are for CodeCommit, and cannot be uploaded here. Clients ask before they delete a user. */
export const ListSSHPublicKeys = defineUserOperation('ListSSHPublicKeys', {
  handle: () => Promise.resolve({ SSHPublicKeys: [], IsTruncated: false }),
  handleRoot: () => Promise.resolve({ SSHPublicKeys: [], IsTruncated: false }),
})
