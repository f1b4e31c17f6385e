import {
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  ListPoliciesCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { otherCredentials } from '../../../support/accounts.ts'
import { iamClient } from '../../../support/identity-clients.ts'
import { awsPolicy, group, role, user } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makePolicy, noPolicy, outside, ownPolicy, textOf } from '../own-policies.suite.ts'

const room = openIamRoom()

const remove = (PolicyArn: string, iam = room.iam) => iam.send(new DeletePolicyCommand({ PolicyArn }))

it('deletes a policy, once', async () => {
  const arn = await makePolicy(room, 'short-lived', { Path: '/a/' })
  await remove(arn)
  await expect(remove(arn)).rejects.toMatchObject(noPolicy(arn))
  await expect(room.iam.send(new GetPolicyCommand({ PolicyArn: arn }))).rejects.toMatchObject(noPolicy(arn))
  expect((await room.iam.send(new ListPoliciesCommand({ PathPrefix: '/a/' }))).Policies).toEqual([])
})

it('the next of the name is another one', async () => {
  const id = async (PolicyArn: string) =>
    (await room.iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.PolicyId
  const arn = await makePolicy(room, 'again')
  const before = await id(arn)
  await remove(arn)
  await makePolicy(room, 'again')
  expect(await id(arn)).not.toBe(before)
})

it.each([user, group, role])('keeps one that a $kind has', async (holder) => {
  const arn = await makePolicy(room, `kept-by-${holder.kind}`)
  await holder.make(room, 'holder')
  await holder.attach(room.iam, 'holder', arn)
  await expect(remove(arn)).rejects.toMatchObject({
    name: 'DeleteConflictException',
    message: 'Cannot delete a policy attached to entities.',
    $metadata: { httpStatusCode: 409 },
  })
  await holder.detach(room.iam, 'holder', arn)
  await remove(arn)
})

it('keeps one that has other versions', async () => {
  const PolicyArn = await makePolicy(room, 'two-versions')
  await room.iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: textOf('second') }))
  await expect(remove(PolicyArn)).rejects.toMatchObject({
    name: 'DeleteConflictException',
    message: expect.stringMatching(/^This policy has more than one version\./),
  })
  await room.iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' }))
  await remove(PolicyArn)
})

it('is attached or deleted, not both, of those that ask for either at once', async () => {
  for (let time = 0; time < 10; time++) {
    const name = `race-${time}`
    const arn = await makePolicy(room, name)
    await user.make(room, name)
    const [attaching, deleting] = await Promise.allSettled([user.attach(room.iam, name, arn), remove(arn)])
    expect([attaching.status, deleting.status].toSorted()).toEqual(['fulfilled', 'rejected'])
    const listed = await user.list(room.iam, name)
    expect(listed.AttachedPolicies).toHaveLength(attaching.status === 'fulfilled' ? 1 : 0)
  }
})

it('knows no other policy, and none of others', async () => {
  await expect(remove(ownPolicy('nothing'))).rejects.toMatchObject(noPolicy(ownPolicy('nothing')))
  const arn = await makePolicy(room, 'foreign')
  const others = remove(arn, iamClient(room.server, otherCredentials))
  await expect(others).rejects.toMatchObject(noPolicy(arn))
  await expect(remove(awsPolicy('ReadOnlyAccess'))).rejects.toMatchObject(outside)
})

describeIamRequest('DeletePolicy', { parameters: { PolicyArn: ownPolicy('p') }, resource: 'policy/p' })
