import { GetRoleCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { makeRole, trustPolicy } from '../../../support/identity-clients.ts'
import { mainAccount } from '../../../support/accounts.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('puts another trust policy in its place', async () => {
  const RoleName = 'trusting'
  await makeRole(room.server, { RoleName, AssumeRolePolicyDocument: trustPolicy(mainAccount.id) })
  const PolicyDocument = trustPolicy('arn:aws:iam::100000000002:root')
  await room.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
  const { Role } = await room.iam.send(new GetRoleCommand({ RoleName }))
  expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(PolicyDocument)
  const bad = room.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: '{}' }))
  await expect(bad).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' })
  const long = trustPolicy(mainAccount.id, { StringEquals: { 'sts:ExternalId': 'x'.repeat(2048) } })
  const longer = room.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: long }))
  await expect(longer).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: 'Cannot exceed quota for ACLSizePerRole: 2048',
  })
})

it('knows nobody else', async () => {
  const asking = room.iam.send(
    new UpdateAssumeRolePolicyCommand({ RoleName: 'nobody', PolicyDocument: trustPolicy('*') }),
  )
  await expect(asking).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role with name nobody cannot be found.',
    $metadata: { httpStatusCode: 404 },
  })
})

describeIamRequest('UpdateAssumeRolePolicy', {
  parameters: { RoleName: 'worker', PolicyDocument: trustPolicy('*') },
  resource: 'role/team/worker',
})
