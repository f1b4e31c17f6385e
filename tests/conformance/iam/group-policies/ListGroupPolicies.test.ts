import {
  CreateGroupCommand,
  ListGroupPoliciesCommand,
  PutGroupPolicyCommand,
  type IAMClient,
} from '@aws-sdk/client-iam'
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

async function groupWithPolicies(GroupName: string): Promise<void> {
  await iam.send(new CreateGroupCommand({ GroupName }))
  const PolicyDocument =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}}'
  for (const PolicyName of ['b', 'a']) {
    await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName, PolicyDocument }))
  }
}

it('lists names, in pages', async () => {
  const GroupName = 'asked'
  await groupWithPolicies(GroupName)
  const first = await iam.send(new ListGroupPoliciesCommand({ GroupName, MaxItems: 1 }))
  expect([first.PolicyNames, first.IsTruncated]).toEqual([['a'], true])
  const second = await iam.send(new ListGroupPoliciesCommand({ GroupName, Marker: first.Marker }))
  expect([second.PolicyNames, second.IsTruncated]).toEqual([['b'], false])
})

describeIamRequest('ListGroupPolicies', { parameters: { GroupName: 'gang' }, resource: 'group/team/gang' })
