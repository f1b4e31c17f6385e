import { DeleteRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { expect, it } from 'vitest'
import { makeRole, makeUser, sessionOf, stsClient, trustPolicy } from '../../../support/identity-clients.ts'
import { mainAccount } from '../../../support/accounts.ts'
import { s3Client } from '../../../support/s3-client.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom(async ({ server }) => {
  await makeRole(server, { RoleName: 'Reader', AssumeRolePolicyDocument: trustPolicy(mainAccount.id) })
})

it('does not know nobody', async () => {
  await expect(room.iam.send(new GetRoleCommand({ RoleName: 'nobody' }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role with name nobody cannot be found.',
    $metadata: { httpStatusCode: 404 },
  })
})

it('tells when a session of the role was used last, by whomever it was refused', async () => {
  const RoleName = 'used'
  const role = { RoleName, AssumeRolePolicyDocument: trustPolicy(mainAccount.id) }
  const RoleArn = await makeRole(room.server, role)
  const user = await makeUser(room.server, 'user', { Effect: 'Allow', Action: 'sts:*', Resource: '*' })
  const lastUsed = async () => (await room.iam.send(new GetRoleCommand({ RoleName }))).Role?.RoleLastUsed
  const sts = stsClient(room.server, user)
  const given = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' }))
  expect(await lastUsed()).toEqual({})
  const s3 = s3Client(room.server, { credentials: sessionOf(given.Credentials) })
  await expect(s3.send(new ListBucketsCommand())).rejects.toMatchObject({ name: 'AccessDenied' })
  const used = { LastUsedDate: expect.any(Date), Region: 'us-east-1' }
  expect(await lastUsed()).toEqual(used)
  await room.server.settle()
  expect(await lastUsed()).toEqual(used)
})

it('shows whom it trusts by name, and by id once they are gone', async () => {
  const iamArn = await makeRole(room.server, {
    RoleName: 'trusted',
    AssumeRolePolicyDocument: trustPolicy(mainAccount.id),
  })
  await makeRole(room.server, { RoleName: 'trusting', AssumeRolePolicyDocument: trustPolicy(iamArn) })
  const shown = async () => {
    const { Role } = await room.iam.send(new GetRoleCommand({ RoleName: 'trusting' }))
    return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')
  }
  expect(await shown()).toBe(trustPolicy(iamArn))
  const { Role } = await room.iam.send(new GetRoleCommand({ RoleName: 'trusted' }))
  await room.iam.send(new DeleteRoleCommand({ RoleName: 'trusted' }))
  await makeRole(room.server, { RoleName: 'trusted', AssumeRolePolicyDocument: trustPolicy(mainAccount.id) })
  expect(await shown()).toBe(trustPolicy(Role?.RoleId ?? ''))
})

describeIamRequest('GetRole', { parameters: { RoleName: 'worker' }, resource: 'role/team/worker' })
