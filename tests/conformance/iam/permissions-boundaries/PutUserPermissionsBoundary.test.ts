import { awsPolicy } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { boundedUser, describePuttingBoundary } from '../permissions-boundaries.suite.ts'

describePuttingBoundary(openIamRoom(), boundedUser)

describeIamRequest('PutUserPermissionsBoundary', {
  parameters: { UserName: 'somebody', PermissionsBoundary: awsPolicy('ReadOnlyAccess') },
  resource: 'user/team/somebody',
})
