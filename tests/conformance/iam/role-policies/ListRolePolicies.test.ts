import { ListRolePoliciesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { makeRole, trustPolicy } from '../../../support/identity-clients.ts'
import { mainAccount } from '../../../support/accounts.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

const PolicyDocument =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}'

it('lists names, in pages', async () => {
  const RoleName = 'holder'
  await makeRole(room.server, { RoleName, AssumeRolePolicyDocument: trustPolicy(mainAccount.id) })
  for (const PolicyName of ['c', 'a', 'b']) {
    await room.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }))
  }
  const first = await room.iam.send(new ListRolePoliciesCommand({ RoleName, MaxItems: 2 }))
  expect([first.PolicyNames, first.IsTruncated]).toEqual([['a', 'b'], true])
  const rest = await room.iam.send(new ListRolePoliciesCommand({ RoleName, Marker: first.Marker }))
  expect([rest.PolicyNames, rest.IsTruncated]).toEqual([['c'], false])
})

it('knows nobody else', async () => {
  const asking = room.iam.send(new ListRolePoliciesCommand({ RoleName: 'nobody' }))
  await expect(asking).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role with name nobody cannot be found.',
    $metadata: { httpStatusCode: 404 },
  })
})

describeIamRequest('ListRolePolicies', { parameters: { RoleName: 'worker' }, resource: 'role/team/worker' })
