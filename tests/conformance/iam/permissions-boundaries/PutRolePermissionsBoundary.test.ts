import { awsPolicy } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { boundedRole, describePuttingBoundary } from '../permissions-boundaries.suite.ts'

describePuttingBoundary(openIamRoom(), boundedRole)

describeIamRequest('PutRolePermissionsBoundary', {
  parameters: { RoleName: 'worker', PermissionsBoundary: awsPolicy('ReadOnlyAccess') },
  resource: 'role/team/worker',
})
