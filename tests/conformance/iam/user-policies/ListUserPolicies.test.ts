import { CreateUserCommand, ListUserPoliciesCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const UserName = 'holder'
const room = openIamRoom(async ({ iam }) => {
  await iam.send(new CreateUserCommand({ UserName }))
  const PolicyDocument =
    '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}'
  for (const PolicyName of ['c', 'a', 'b'])
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }))
})

it('lists names, in pages', async () => {
  const all = await room.iam.send(new ListUserPoliciesCommand({ UserName }))
  expect(all).toMatchObject({ PolicyNames: ['a', 'b', 'c'], IsTruncated: false })
  const { PolicyNames, Marker, IsTruncated } = await room.iam.send(
    new ListUserPoliciesCommand({ UserName, MaxItems: 2 }),
  )
  expect([PolicyNames, IsTruncated]).toEqual([['a', 'b'], true])
  expect((await room.iam.send(new ListUserPoliciesCommand({ UserName, Marker }))).PolicyNames).toEqual(['c'])
})

it('knows nobody else', async () => {
  const asking = room.iam.send(new ListUserPoliciesCommand({ UserName: 'nobody' }))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('ListUserPolicies', {
  parameters: { UserName: 'somebody' },
  resource: 'user/team/somebody',
})
