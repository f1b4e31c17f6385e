import { describeListingAttached, role } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

describeListingAttached(openIamRoom(), role)

describeIamRequest('ListAttachedRolePolicies', {
  parameters: { RoleName: 'worker' },
  resource: 'role/team/worker',
})
