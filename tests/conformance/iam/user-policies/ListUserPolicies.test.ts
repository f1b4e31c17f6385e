import {
  CreateUserCommand,
  type IAMClient,
  ListUserPoliciesCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
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
  const PolicyDocument =
    '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}'
  for (const PolicyName of ['c', 'a', 'b'])
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }))
  return () => server[Symbol.asyncDispose]()
})

it('lists names, in pages', async () => {
  const all = await iam.send(new ListUserPoliciesCommand({ UserName }))
  expect(all).toMatchObject({ PolicyNames: ['a', 'b', 'c'], IsTruncated: false })
  const { PolicyNames, Marker, IsTruncated } = await iam.send(
    new ListUserPoliciesCommand({ UserName, MaxItems: 2 }),
  )
  expect([PolicyNames, IsTruncated]).toEqual([['a', 'b'], true])
  expect((await iam.send(new ListUserPoliciesCommand({ UserName, Marker }))).PolicyNames).toEqual(['c'])
})

it('knows nobody else', async () => {
  const asking = iam.send(new ListUserPoliciesCommand({ UserName: 'nobody' }))
  await expect(asking).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('ListUserPolicies', {
  parameters: { UserName: 'somebody' },
  resource: 'user/team/somebody',
})
