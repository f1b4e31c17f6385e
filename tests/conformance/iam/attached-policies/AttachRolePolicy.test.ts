import { awsPolicy, describeAttaching, role } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

describeAttaching(openIamRoom(), role)

describeIamRequest('AttachRolePolicy', {
  parameters: { RoleName: 'worker', PolicyArn: awsPolicy('ReadOnlyAccess') },
  resource: 'role/team/worker',
})
