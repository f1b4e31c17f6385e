import { GetRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { makeRole, trustPolicy } from '../../../support/identity-clients.ts'
import { mainAccount } from '../../../support/accounts.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

const PolicyDocument =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}'

it('keeps a policy, of at most 10,240 characters with all others', async () => {
  const RoleName = 'holder'
  await makeRole(room.server, { RoleName, AssumeRolePolicyDocument: trustPolicy(mainAccount.id) })
  const put = (PolicyName: string, document: string) =>
    room.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: document }))
  await put('__proto__', PolicyDocument)
  const kept = await room.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: '__proto__' }))
  expect(decodeURIComponent(kept.PolicyDocument ?? '')).toBe(PolicyDocument)
  const large = PolicyDocument.replace('s3:*', `s3:${'x'.repeat(5000)}`)
  await put('large', large)
  await expect(put('larger', large)).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: 'Maximum policy size of 10240 bytes exceeded for role holder',
  })
  await expect(put('bad', trustPolicy('*'))).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
    message: 'Policy document should not specify a principal.',
  })
})

it('knows nobody else', async () => {
  const asking = room.iam.send(
    new PutRolePolicyCommand({ RoleName: 'nobody', PolicyName: 'p', PolicyDocument }),
  )
  await expect(asking).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role with name nobody cannot be found.',
    $metadata: { httpStatusCode: 404 },
  })
})

describeIamRequest('PutRolePolicy', {
  parameters: { RoleName: 'worker', PolicyName: 'p', PolicyDocument },
  resource: 'role/team/worker',
})
