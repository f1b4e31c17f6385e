import { GetPolicyCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { otherCredentials } from '../../../support/accounts.ts'
import { iamClient } from '../../../support/identity-clients.ts'
import { awsPolicy, group, role, user } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()
const PolicyArn = awsPolicy('AmazonS3ReadOnlyAccess')

it('tells of a policy of AWS, and how many of the account have it', async () => {
  const shown = async (iam = room.iam) => (await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy
  expect(await shown()).toEqual({
    PolicyName: 'AmazonS3ReadOnlyAccess',
    PolicyId: 'ANPAIZTJ4DXE7G6AGAE6M',
    Arn: PolicyArn,
    Path: '/',
    DefaultVersionId: 'v3',
    AttachmentCount: 0,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    Description: 'Provides read only access to all buckets via the AWS Management Console.',
    CreateDate: new Date('2015-02-06T18:40:59Z'),
    UpdateDate: new Date('2023-08-10T21:31:39Z'),
    Tags: [],
  })
  for (const holder of [user, group, role]) {
    await holder.make(room, 'holder')
    await holder.attach(room.iam, 'holder', PolicyArn)
    await holder.attach(room.iam, 'holder', PolicyArn)
  }
  expect(await shown()).toMatchObject({ AttachmentCount: 3 })
  expect(await shown(iamClient(room.server, otherCredentials))).toMatchObject({ AttachmentCount: 0 })
  for (const holder of [user, group]) await holder.detach(room.iam, 'holder', PolicyArn)
  expect(await shown()).toMatchObject({ AttachmentCount: 1 })
})

it('knows no other policy', async () => {
  const PolicyArn = awsPolicy('readonlyaccess')
  await expect(room.iam.send(new GetPolicyCommand({ PolicyArn }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: `Policy ${PolicyArn} was not found.`,
  })
})

describeIamRequest('GetPolicy', {
  parameters: { PolicyArn: 'arn:aws:iam::100000000001:policy/p' },
  resource: 'policy/p',
})
