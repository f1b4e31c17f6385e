import { defineOperation } from '../../shared/operation.ts'

/** None: see ListInstanceProfilesForRole. */
export const ListInstanceProfiles = defineOperation('ListInstanceProfiles', {
  resource: ({ PathPrefix = '/' }, { caller }) =>
    `arn:aws:iam::${caller.account.id}:instance-profile${PathPrefix}`,
  handle: () => Promise.resolve({ InstanceProfiles: [], IsTruncated: false }),
})
