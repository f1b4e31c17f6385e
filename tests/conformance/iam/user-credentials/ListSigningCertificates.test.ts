import { ListSigningCertificatesCommand } from '@aws-sdk/client-iam'
import { describeIamRequest } from '../iam-request.suite.ts'
import { describeNoneOfUser } from './none-of-a-user.suite.ts'

describeNoneOfUser('Certificates', (iam, UserName) =>
  iam.send(new ListSigningCertificatesCommand({ UserName })),
)
describeIamRequest('ListSigningCertificates', {
  parameters: { UserName: 'somebody' },
  resource: 'user/team/somebody',
})
