import { CreateGroupCommand, GetGroupCommand, UpdateGroupCommand, type IAMClient } from '@aws-sdk/client-iam'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { iamClient } from '../../../support/identity-clients.ts'
import { startTestServer } from '../../../support/server.ts'
import { describeIamRequest } from '../iam-request.suite.ts'

let server: TestServer
let iam: IAMClient
beforeAll(async () => {
  server = await startTestServer()
  iam = iamClient(server)
  return () => server[Symbol.asyncDispose]()
})

it('gives a group another name and path', async () => {
  const { Group } = await iam.send(new CreateGroupCommand({ GroupName: 'before' }))
  await iam.send(new UpdateGroupCommand({ GroupName: 'before', NewGroupName: 'After', NewPath: '/n/' }))
  const after = await iam.send(new GetGroupCommand({ GroupName: 'After' }))
  expect(after.Group).toEqual({
    ...Group,
    Path: '/n/',
    GroupName: 'After',
    Arn: 'arn:aws:iam::100000000001:group/n/After',
  })
  await iam.send(new CreateGroupCommand({ GroupName: 'before' }))
  const taking = iam.send(new UpdateGroupCommand({ GroupName: 'before', NewGroupName: 'AFTER' }))
  await expect(taking).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' })
})

it('knows no other group', async () => {
  const asking = iam.send(new UpdateGroupCommand({ GroupName: 'none', NewPath: '/a/' }))
  await expect(asking).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The group with name none cannot be found.',
  })
})

describeIamRequest('UpdateGroup', { parameters: { GroupName: 'gang' }, resource: 'group/team/gang' })
