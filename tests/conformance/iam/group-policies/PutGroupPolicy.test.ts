import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  PutGroupPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateGroupCommand,
  type IAMClient,
} from '@aws-sdk/client-iam'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { iamClient, makeUser } from '../../../support/identity-clients.ts'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { s3Client } from '../../../support/s3-client.ts'
import { startTestServer } from '../../../support/server.ts'
import { describeIamRequest } from '../iam-request.suite.ts'

let server: TestServer
let iam: IAMClient
beforeAll(async () => {
  server = await startTestServer()
  iam = iamClient(server)
  return () => server[Symbol.asyncDispose]()
})

const PolicyDocument =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}}'

it('lets its members do what it allows, from the next request on', async () => {
  const GroupName = 'listers'
  const member = { GroupName, UserName: 'member' }
  const client = s3Client(server, { credentials: await makeUser(server, 'member') })
  const mayList = () =>
    client.send(new ListBucketsCommand()).then(
      () => true,
      (error: Error) => {
        if (error.name !== 'AccessDenied') throw error
        return false
      },
    )
  await iam.send(new CreateGroupCommand({ GroupName }))
  await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'p', PolicyDocument }))
  expect(await mayList()).toBe(false)
  await iam.send(new AddUserToGroupCommand(member))
  expect(await mayList()).toBe(true)
  const deny = PolicyDocument.replace('Allow', 'Deny')
  await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'q', PolicyDocument: deny }))
  expect(await mayList()).toBe(false)
  await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'q', PolicyDocument }))
  await iam.send(new UpdateGroupCommand({ GroupName, NewGroupName: 'renamed' }))
  expect(await mayList()).toBe(true)
  await iam.send(new RemoveUserFromGroupCommand({ ...member, GroupName: 'renamed' }))
  expect(await mayList()).toBe(false)
})

it('refuses what is no policy, and more than 5,120 characters', async () => {
  const GroupName = 'held'
  await iam.send(new CreateGroupCommand({ GroupName }))
  const put = (document: string) =>
    iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'p', PolicyDocument: document }))
  await expect(put('{}')).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' })
  const long = PolicyDocument.replace('"*"', `"arn:aws:s3:::${'x'.repeat(5120)}"`)
  await expect(put(long)).rejects.toMatchObject({ name: 'LimitExceededException' })
})

describeIamRequest('PutGroupPolicy', {
  parameters: { GroupName: 'gang', PolicyName: 'p', PolicyDocument },
  resource: 'group/team/gang',
})
