import {
  AddUserToGroupCommand,
  CreateInstanceProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyVersionCommand,
  CreateVirtualMFADeviceCommand,
  GetAccountSummaryCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { otherCredentials } from '../../../support/accounts.ts'
import { iamClient } from '../../../support/identity-clients.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { group, role, user } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makePolicy, textOf } from '../own-policies.suite.ts'

const room = openIamRoom()

const summary = async (iam = room.iam) => (await iam.send(new GetAccountSummaryCommand({}))).SummaryMap ?? {}

it('counts what an account has', async () => {
  const nothing = {
    Users: 0,
    Groups: 0,
    Roles: 0,
    InstanceProfiles: 0,
    Policies: 0,
    PolicyVersionsInUse: 0,
    MFADevices: 0,
    Providers: 0,
  }
  expect(await summary()).toMatchObject({ ...nothing, AccountAccessKeysPresent: 1, AccountMFAEnabled: 0 })
  for (const name of ['a', 'b', 'c']) await user.make(room, name)
  for (const name of ['a', 'b']) await group.make(room, name)
  await room.iam.send(new AddUserToGroupCommand({ GroupName: 'a', UserName: 'a' }))
  await role.make(room, 'a')
  await room.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'machines' }))
  const PolicyArn = await makePolicy(room, 'first')
  await makePolicy(room, 'second')
  await room.iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: textOf('second') }))
  await room.iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'device' }))
  const provider = { Url: 'https://ci.example.com', ThumbprintList: ['a'.repeat(40)] }
  await room.iam.send(new CreateOpenIDConnectProviderCommand(provider))
  expect(await summary()).toMatchObject({
    Providers: 1,
    Users: 3,
    Groups: 2,
    Roles: 1,
    InstanceProfiles: 1,
    Policies: 2,
    PolicyVersionsInUse: 3,
    MFADevices: 1,
    MFADevicesInUse: 0,
  })
  expect(await summary(iamClient(room.server, otherCredentials))).toMatchObject(nothing)
})

it('counts more than are read at once', async () => {
  for (let index = 0; index < 205; index += 41) {
    await Promise.all(Array.from({ length: 41 }, (_, more) => group.make(room, `g${index + more}`)))
  }
  expect((await summary()).Groups).toBe(207)
})

it('names the limits that are held to', async () => {
  expect(await summary()).toMatchObject({
    AccessKeysPerUserQuota: 2,
    AttachedPoliciesPerUserQuota: 10,
    GroupsPerUserQuota: 10,
    InstanceProfilesQuota: 1000,
    PolicySizeQuota: 6144,
    VersionsPerPolicyQuota: 5,
  })
})

it('answers in XML of IAM', async () => {
  const { text } = await queryRequest(room.server, 'iam', { Action: 'GetAccountSummary' })
  expect(text).toContain('<entry><key>Roles</key><value>1</value></entry>')
})

describeIamRequest('GetAccountSummary', { resource: '*' })
