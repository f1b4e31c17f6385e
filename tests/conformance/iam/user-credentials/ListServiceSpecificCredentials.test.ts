import { ListServiceSpecificCredentialsCommand } from '@aws-sdk/client-iam'
import { describeIamRequest } from '../iam-request.suite.ts'
import { describeNoneOfUser } from './none-of-a-user.suite.ts'

describeNoneOfUser('ServiceSpecificCredentials', (iam, UserName) =>
  iam.send(new ListServiceSpecificCredentialsCommand({ UserName })),
)
describeIamRequest('ListServiceSpecificCredentials', {
  parameters: { UserName: 'somebody' },
  resource: 'user/team/somebody',
})
