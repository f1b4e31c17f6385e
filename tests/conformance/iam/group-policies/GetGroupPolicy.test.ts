import {
  CreateGroupCommand,
  GetGroupPolicyCommand,
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

it('gives a policy, encoded', async () => {
  const GroupName = 'asked'
  await groupWithPolicies(GroupName)
  const answer = await iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName: 'a' }))
  expect(answer).toMatchObject({ GroupName, PolicyName: 'a' })
  expect(decodeURIComponent(answer.PolicyDocument ?? '')).toContain('s3:ListAllMyBuckets')
  const other = iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName: 'constructor' }))
  await expect(other).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The group policy with name constructor cannot be found.',
  })
})

describeIamRequest('GetGroupPolicy', {
  parameters: { GroupName: 'gang', PolicyName: 'p' },
  resource: 'group/team/gang',
})
