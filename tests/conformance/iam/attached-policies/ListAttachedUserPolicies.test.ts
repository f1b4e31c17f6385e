import { describeListingAttached, user } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

describeListingAttached(openIamRoom(), user)

describeIamRequest('ListAttachedUserPolicies', {
  parameters: { UserName: 'somebody' },
  resource: 'user/team/somebody',
})
