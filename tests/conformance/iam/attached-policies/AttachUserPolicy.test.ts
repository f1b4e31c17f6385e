import { awsPolicy, describeAttaching, user } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

describeAttaching(openIamRoom(), user)

describeIamRequest('AttachUserPolicy', {
  parameters: { UserName: 'somebody', PolicyArn: awsPolicy('ReadOnlyAccess') },
  resource: 'user/team/somebody',
})
