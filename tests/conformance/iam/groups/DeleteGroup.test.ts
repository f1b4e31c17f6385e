import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  DeleteGroupCommand,
  DeleteGroupPolicyCommand,
  PutGroupPolicyCommand,
  RemoveUserFromGroupCommand,
  type IAMClient,
} from '@aws-sdk/client-iam'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { iamClient, makeUser } from '../../../support/identity-clients.ts'
import { startTestServer } from '../../../support/server.ts'
import { describeIamRequest } from '../iam-request.suite.ts'

let server: TestServer
let iam: IAMClient
beforeAll(async () => {
  server = await startTestServer()
  iam = iamClient(server)
  return () => server[Symbol.asyncDispose]()
})

it('waits for policies and members to go first', async () => {
  const GroupName = 'busy'
  const PolicyDocument =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}'
  await iam.send(new CreateGroupCommand({ GroupName }))
  await makeUser(server, 'member')
  await iam.send(new AddUserToGroupCommand({ GroupName, UserName: 'member' }))
  await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'p', PolicyDocument }))
  const remove = () => iam.send(new DeleteGroupCommand({ GroupName }))
  const conflict = (what: string) => ({
    name: 'DeleteConflictException',
    message: `Cannot delete entity, must ${what} first.`,
  })
  await expect(remove()).rejects.toMatchObject(conflict('delete policies'))
  await iam.send(new DeleteGroupPolicyCommand({ GroupName, PolicyName: 'p' }))
  await expect(remove()).rejects.toMatchObject(conflict('remove users from group'))
  await iam.send(new RemoveUserFromGroupCommand({ GroupName, UserName: 'member' }))
  await remove()
  await expect(remove()).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('DeleteGroup', { parameters: { GroupName: 'gang' }, resource: 'group/team/gang' })
