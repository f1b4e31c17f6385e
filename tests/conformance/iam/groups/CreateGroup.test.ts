import { CreateGroupCommand, type IAMClient } from '@aws-sdk/client-iam'
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

it('makes a group, whose name nobody else has in whatever case', async () => {
  const { Group } = await iam.send(new CreateGroupCommand({ GroupName: 'Readers', Path: '/a/' }))
  expect(Group).toEqual({
    Path: '/a/',
    GroupName: 'Readers',
    GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{17}$/),
    Arn: 'arn:aws:iam::100000000001:group/a/Readers',
    CreateDate: expect.any(Date),
  })
  await expect(iam.send(new CreateGroupCommand({ GroupName: 'READERS' }))).rejects.toMatchObject({
    name: 'EntityAlreadyExistsException',
    message: 'Group with name READERS already exists.',
  })
  await expect(iam.send(new CreateGroupCommand({ GroupName: 'a b' }))).rejects.toMatchObject({
    name: 'ValidationError',
  })
})

describeIamRequest('CreateGroup', {
  parameters: { GroupName: 'new', Path: '/team/' },
  resource: 'group/team/new',
})
