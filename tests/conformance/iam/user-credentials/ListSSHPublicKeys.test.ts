import { ListSSHPublicKeysCommand } from '@aws-sdk/client-iam'
import { describeIamRequest } from '../iam-request.suite.ts'
import { describeNoneOfUser } from './none-of-a-user.suite.ts'

describeNoneOfUser('SSHPublicKeys', (iam, UserName) => iam.send(new ListSSHPublicKeysCommand({ UserName })))
describeIamRequest('ListSSHPublicKeys', {
  parameters: { UserName: 'somebody' },
  resource: 'user/team/somebody',
})
