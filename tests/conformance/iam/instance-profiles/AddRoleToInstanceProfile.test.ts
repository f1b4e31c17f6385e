import { AddRoleToInstanceProfileCommand, DeleteRoleCommand } from '@aws-sdk/client-iam'
import { describe, expect, it } from 'vitest'
import { mainAccount, otherCredentials } from '../../../support/accounts.ts'
import { iamClient, makeRole, makeUser, trustPolicy } from '../../../support/identity-clients.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { noProfile, profileWith, rolesIn } from '../instance-profiles.suite.ts'

const room = openIamRoom(async ({ server }) => {
  for (const RoleName of ['worker', 'admin']) {
    await makeRole(server, { RoleName, AssumeRolePolicyDocument: trustPolicy(mainAccount.id) })
  }
})
const add = (InstanceProfileName: string, RoleName: string, iam = room.iam) =>
  iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }))

it('adds one role and no more, which may be in several', async () => {
  for (const name of ['first', 'second']) {
    await profileWith(room.iam, name)
    await add(name, 'worker')
    expect(await rolesIn(room.iam, name)).toEqual(['worker'])
  }
  for (const role of ['admin', 'worker']) {
    await expect(add('first', role)).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
      $metadata: { httpStatusCode: 409 },
    })
  }
})

it('answers in XML of IAM', async () => {
  const InstanceProfileName = await profileWith(room.iam, 'raw')
  const parameters = { Action: 'AddRoleToInstanceProfile', InstanceProfileName, RoleName: 'worker' }
  const { status, text } = await queryRequest(room.server, 'iam', parameters)
  expect([status, text.includes('<AddRoleToInstanceProfileResponse')]).toEqual([200, true])
})

it('knows no other instance profile and no other role, nor those of other accounts', async () => {
  await profileWith(room.iam, 'lonely')
  await expect(add('nobody', 'worker')).rejects.toMatchObject(noProfile)
  await expect(add('lonely', 'nobody')).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role with name nobody cannot be found.',
    $metadata: { httpStatusCode: 404 },
  })
  const other = iamClient(room.server, otherCredentials)
  await expect(add('lonely', 'worker', other)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  await profileWith(other, 'foreign')
  await expect(add('foreign', 'worker', other)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

it('adds no role that is being deleted, and deletes none that is being added', async () => {
  const AssumeRolePolicyDocument = trustPolicy(mainAccount.id)
  for (let round = 0; round < 10; round++) {
    const RoleName = `racing-${round}`
    await makeRole(room.server, { RoleName, AssumeRolePolicyDocument })
    await profileWith(room.iam, RoleName)
    const [added, deleted] = await Promise.allSettled([
      add(RoleName, RoleName),
      room.iam.send(new DeleteRoleCommand({ RoleName })),
    ])
    expect([added.status, deleted.status].toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await rolesIn(room.iam, RoleName)).toEqual(added.status === 'fulfilled' ? [RoleName] : [])
  }
})

describe('iam:PassRole', () => {
  const arn = (what: string) => `arn:aws:iam::${mainAccount.id}:${what}`
  const may = { Effect: 'Allow', Action: 'iam:AddRoleToInstanceProfile', Resource: '*' }
  const pass = { Effect: 'Allow', Action: 'iam:PassRole', Resource: arn('role/worker') }
  const only = (Condition: object) => ({ ...pass, Condition })
  const instances = `arn:aws:ec2:*:${mainAccount.id}:instance/*`

  const adderWith = async (name: string, statements: readonly object[]) => {
    await profileWith(room.iam, name)
    return iamClient(room.server, await makeUser(room.server, name, may, ...statements))
  }

  it.each([
    ['passer', [pass]],
    ['passer-to-machines', [only({ StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } })]],
    ['passer-for-any', [only({ StringEquals: { 'iam:AssociatedResourceArn': instances } })]],
  ])('is asked for: %s may', async (name, statements) => {
    await add(name, 'worker', await adderWith(name, statements))
    expect(await rolesIn(room.iam, name)).toEqual(['worker'])
  })

  it.each([
    ['adder', []],
    ['passer-to-s3', [only({ StringEquals: { 'iam:PassedToService': 's3.amazonaws.com' } })]],
    ['passer-of-others', [{ ...pass, Resource: arn('role/admin') }]],
    ['denied', [pass, { ...pass, Effect: 'Deny' }]],
  ])('is asked for: %s may not', async (name, statements) => {
    await expect(add(name, 'worker', await adderWith(name, statements))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(
        `user/${name} is not authorized to perform: iam:PassRole on resource: ${arn('role/worker')}`,
      ),
    })
    expect(await rolesIn(room.iam, name)).toEqual([])
  })
})

describeIamRequest('AddRoleToInstanceProfile', {
  parameters: { InstanceProfileName: 'machine', RoleName: 'worker' },
  resource: 'instance-profile/team/machine',
  also: 'iam:PassRole',
})
