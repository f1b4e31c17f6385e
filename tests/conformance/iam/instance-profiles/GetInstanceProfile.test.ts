import { GetInstanceProfileCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { mainAccount, otherCredentials } from '../../../support/accounts.ts'
import { iamClient, makeRole, makeUser, trustPolicy } from '../../../support/identity-clients.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { noProfile, profileWith } from '../instance-profiles.suite.ts'

const room = openIamRoom()
const get = (InstanceProfileName: string, iam = room.iam) =>
  iam.send(new GetInstanceProfileCommand({ InstanceProfileName }))

it('tells of it, with its role and its tags', async () => {
  const AssumeRolePolicyDocument = trustPolicy(mainAccount.id)
  const Arn = await makeRole(room.server, { RoleName: 'worker', Path: '/team/', AssumeRolePolicyDocument })
  const Tags = [{ Key: 'team', Value: 'a' }]
  await profileWith(room.iam, 'Machines', 'worker', { Path: '/ci/', Tags })
  const { InstanceProfile } = await get('Machines')
  expect(InstanceProfile).toMatchObject({
    InstanceProfileName: 'Machines',
    Arn: `arn:aws:iam::${mainAccount.id}:instance-profile/ci/Machines`,
    Tags,
    Roles: [
      {
        RoleName: 'worker',
        Path: '/team/',
        Arn,
        AssumeRolePolicyDocument: encodeURIComponent(AssumeRolePolicyDocument),
      },
    ],
  })
  await expect(get('machine')).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

it('is held to conditions on its tags', async () => {
  const Condition = { StringEquals: { 'aws:ResourceTag/open': 'yes' } }
  const may = { Effect: 'Allow', Action: 'iam:GetInstanceProfile', Resource: '*', Condition }
  const iam = iamClient(room.server, await makeUser(room.server, 'reader', may))
  await profileWith(room.iam, 'open', undefined, { Tags: [{ Key: 'open', Value: 'yes' }] })
  await profileWith(room.iam, 'shut')
  expect((await get('shut')).InstanceProfile?.Tags).toEqual([])
  expect((await get('open', iam)).InstanceProfile?.InstanceProfileName).toBe('open')
  await expect(get('shut', iam)).rejects.toMatchObject({ name: 'AccessDenied' })
})

it('knows no other, nor those of other accounts', async () => {
  await expect(get('nobody')).rejects.toMatchObject(noProfile)
  await profileWith(room.iam, 'own')
  const other = iamClient(room.server, otherCredentials)
  await expect(get('own', other)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('GetInstanceProfile', {
  parameters: { InstanceProfileName: 'machine' },
  resource: 'instance-profile/team/machine',
})
