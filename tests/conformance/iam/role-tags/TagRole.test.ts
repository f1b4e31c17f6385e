import { ListRoleTagsCommand, TagRoleCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { iamClient, makeRole, makeUser, trustPolicy } from '../../../support/identity-clients.ts'
import { mainAccount } from '../../../support/accounts.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('adds tags; a key in another case is the same', async () => {
  const RoleName = 'tagged'
  const Tags = [{ Key: 'Team', Value: 'a' }]
  await makeRole(room.server, { RoleName, Tags, AssumeRolePolicyDocument: trustPolicy(mainAccount.id) })
  const added = [
    { Key: 'cost', Value: '' },
    { Key: 'team', Value: 'b' },
  ]
  await room.iam.send(new TagRoleCommand({ RoleName, Tags: added }))
  expect((await room.iam.send(new ListRoleTagsCommand({ RoleName }))).Tags).toEqual([added[1], added[0]])
  const tagging = room.iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'aws:x', Value: '' }] }))
  await expect(tagging).rejects.toMatchObject({ name: 'InvalidInputException' })
})

it('is held to conditions on the tags of the request and of the role', async () => {
  const AssumeRolePolicyDocument = trustPolicy(mainAccount.id)
  const StringEquals = { 'aws:RequestTag/team': 'a', 'iam:ResourceTag/open': 'yes' }
  const credentials = await makeUser(room.server, 'tagger', {
    Effect: 'Allow',
    Action: 'iam:TagRole',
    Resource: '*',
    Condition: { StringEquals },
  })
  const Tags = [{ Key: 'open', Value: 'yes' }]
  await makeRole(room.server, { RoleName: 'open', Tags, AssumeRolePolicyDocument })
  await makeRole(room.server, { RoleName: 'shut', AssumeRolePolicyDocument })
  const tag = (RoleName: string, Value: string) =>
    iamClient(room.server, credentials).send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'team', Value }] }))
  await tag('open', 'a')
  await expect(tag('open', 'b')).rejects.toMatchObject({ name: 'AccessDenied' })
  await expect(tag('shut', 'a')).rejects.toMatchObject({ name: 'AccessDenied' })
})

it('knows nobody else', async () => {
  const asking = room.iam.send(new TagRoleCommand({ RoleName: 'nobody', Tags: [{ Key: 'k', Value: 'v' }] }))
  await expect(asking).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role with name nobody cannot be found.',
    $metadata: { httpStatusCode: 404 },
  })
})

describeIamRequest('TagRole', {
  parameters: { RoleName: 'worker', 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'v' },
  resource: 'role/team/worker',
})
