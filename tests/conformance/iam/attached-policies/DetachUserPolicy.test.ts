import { awsPolicy, describeDetaching, user } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

describeDetaching(openIamRoom(), user)

describeIamRequest('DetachUserPolicy', {
  parameters: { UserName: 'somebody', PolicyArn: awsPolicy('ReadOnlyAccess') },
  resource: 'user/team/somebody',
})
