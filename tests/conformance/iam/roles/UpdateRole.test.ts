import { GetRoleCommand, UpdateRoleCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { makeRole, trustPolicy } from '../../../support/identity-clients.ts'
import { mainAccount } from '../../../support/accounts.ts'
import { rawRequest } from '../../../support/raw-request.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('changes what it is given; of the duration nothing is an hour', async () => {
  const RoleName = 'changing'
  await makeRole(room.server, {
    RoleName,
    Description: 'old',
    AssumeRolePolicyDocument: trustPolicy(mainAccount.id),
  })
  await room.iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: 7200 }))
  const shown = async () => (await room.iam.send(new GetRoleCommand({ RoleName }))).Role
  expect(await shown()).toMatchObject({ Description: 'old', MaxSessionDuration: 7200 })
  await room.iam.send(new UpdateRoleCommand({ RoleName, Description: 'new' }))
  expect(await shown()).toMatchObject({ Description: 'new', MaxSessionDuration: 3600 })
})

it('answers with a result that has nothing in it, which clients look for', async () => {
  await makeRole(room.server, { RoleName: 'raw', AssumeRolePolicyDocument: trustPolicy(mainAccount.id) })
  const answer = await rawRequest(room.server, {
    method: 'POST',
    path: '/',
    service: 'iam',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=UpdateRole&Version=2010-05-08&RoleName=raw',
  })
  expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('<UpdateRoleResult/>')])
})

it('refuses sessions of more than twelve hours', async () => {
  const asking = room.iam.send(new UpdateRoleCommand({ RoleName: 'worker', MaxSessionDuration: 43_201 }))
  await expect(asking).rejects.toMatchObject({ name: 'ValidationError' })
})

it('knows nobody else', async () => {
  const asking = room.iam.send(new UpdateRoleCommand({ RoleName: 'nobody' }))
  await expect(asking).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role with name nobody cannot be found.',
    $metadata: { httpStatusCode: 404 },
  })
})

describeIamRequest('UpdateRole', { parameters: { RoleName: 'worker' }, resource: 'role/team/worker' })
