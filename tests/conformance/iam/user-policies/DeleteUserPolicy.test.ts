import {
  CreateUserCommand,
  DeleteUserPolicyCommand,
  type IAMClient,
  ListUserPoliciesCommand,
} from '@aws-sdk/client-iam'
import { putPolicy } from '../../../support/identity-clients.ts'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { iamClient } from '../../../support/identity-clients.ts'
import { startTestServer } from '../../../support/server.ts'
import { describeIamRequest } from '../iam-request.suite.ts'

let server: TestServer
let iam: IAMClient
const UserName = 'holder'
beforeAll(async () => {
  server = await startTestServer()
  iam = iamClient(server)
  await iam.send(new CreateUserCommand({ UserName }))
  await putPolicy(iam, UserName, { Effect: 'Allow', Action: 's3:*', Resource: '*' })
  return () => server[Symbol.asyncDispose]()
})

it('takes a policy away, once', async () => {
  const remove = () => iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'own' }))
  await remove()
  expect((await iam.send(new ListUserPoliciesCommand({ UserName }))).PolicyNames).toEqual([])
  await expect(remove()).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('DeleteUserPolicy', {
  parameters: { UserName: 'somebody', PolicyName: 'p' },
  resource: 'user/team/somebody',
})
