import { describeListingAttached, group } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

describeListingAttached(openIamRoom(), group)

describeIamRequest('ListAttachedGroupPolicies', {
  parameters: { GroupName: 'gang' },
  resource: 'group/team/gang',
})
