import { awsPolicy, describeAttaching, group } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

describeAttaching(openIamRoom(), group)

describeIamRequest('AttachGroupPolicy', {
  parameters: { GroupName: 'gang', PolicyArn: awsPolicy('ReadOnlyAccess') },
  resource: 'group/team/gang',
})
