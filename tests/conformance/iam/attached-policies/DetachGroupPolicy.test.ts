import { awsPolicy, describeDetaching, group } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

describeDetaching(openIamRoom(), group)

describeIamRequest('DetachGroupPolicy', {
  parameters: { GroupName: 'gang', PolicyArn: awsPolicy('ReadOnlyAccess') },
  resource: 'group/team/gang',
})
