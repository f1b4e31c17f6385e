import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  PutGroupPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateGroupCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { makeUser } from '../../../support/identity-clients.ts'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { s3Client } from '../../../support/s3-client.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

const PolicyDocument =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}}'

it('lets its members do what it allows, from the next request on', async () => {
  const GroupName = 'listers'
  const member = { GroupName, UserName: 'member' }
  const client = s3Client(room.server, { credentials: await makeUser(room.server, 'member') })
  const mayList = () =>
    client.send(new ListBucketsCommand()).then(
      () => true,
      (error: Error) => {
        if (error.name !== 'AccessDenied') throw error
        return false
      },
    )
  await room.iam.send(new CreateGroupCommand({ GroupName }))
  await room.iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'p', PolicyDocument }))
  expect(await mayList()).toBe(false)
  await room.iam.send(new AddUserToGroupCommand(member))
  expect(await mayList()).toBe(true)
  const deny = PolicyDocument.replace('Allow', 'Deny')
  await room.iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'q', PolicyDocument: deny }))
  expect(await mayList()).toBe(false)
  await room.iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'q', PolicyDocument }))
  await room.iam.send(new UpdateGroupCommand({ GroupName, NewGroupName: 'renamed' }))
  expect(await mayList()).toBe(true)
  await room.iam.send(new RemoveUserFromGroupCommand({ ...member, GroupName: 'renamed' }))
  expect(await mayList()).toBe(false)
})

it('refuses what is no policy, and more than 5,120 characters', async () => {
  const GroupName = 'held'
  await room.iam.send(new CreateGroupCommand({ GroupName }))
  const put = (document: string) =>
    room.iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'p', PolicyDocument: document }))
  await expect(put('{}')).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' })
  const long = PolicyDocument.replace('"*"', `"arn:aws:s3:::${'x'.repeat(5120)}"`)
  await expect(put(long)).rejects.toMatchObject({ name: 'LimitExceededException' })
})

describeIamRequest('PutGroupPolicy', {
  parameters: { GroupName: 'gang', PolicyName: 'p', PolicyDocument },
  resource: 'group/team/gang',
})
