import { awsPolicy, describeDetaching, role } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

describeDetaching(openIamRoom(), role)

describeIamRequest('DetachRolePolicy', {
  parameters: { RoleName: 'worker', PolicyArn: awsPolicy('ReadOnlyAccess') },
  resource: 'role/team/worker',
})
