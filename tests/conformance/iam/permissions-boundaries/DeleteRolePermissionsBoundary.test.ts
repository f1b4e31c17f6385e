import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { boundedRole, describeDeletingBoundary } from '../permissions-boundaries.suite.ts'

describeDeletingBoundary(openIamRoom(), boundedRole)

describeIamRequest('DeleteRolePermissionsBoundary', {
  parameters: { RoleName: 'worker' },
  resource: 'role/team/worker',
})
