import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { boundedUser, describeDeletingBoundary } from '../permissions-boundaries.suite.ts'

describeDeletingBoundary(openIamRoom(), boundedUser)

describeIamRequest('DeleteUserPermissionsBoundary', {
  parameters: { UserName: 'somebody' },
  resource: 'user/team/somebody',
})
