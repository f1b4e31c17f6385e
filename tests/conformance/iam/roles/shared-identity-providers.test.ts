/**
 * Roles that trust a provider whose tokens many companies have. Source: IAM User Guide, "Identity-provider controls for shared
 * OIDC providers".
 */
import { CreateRoleCommand, GetRoleCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { mainAccount } from '../../../support/accounts.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const GITHUB = 'token.actions.githubusercontent.com'
const room = openIamRoom()

function trusting(address: string, Condition?: object): string {
  const Principal = { Federated: `arn:aws:iam::${mainAccount.id}:oidc-provider/${address}` }
  const Statement = { Effect: 'Allow', Principal, Action: 'sts:AssumeRoleWithWebIdentity', Condition }
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

const create = (RoleName: string, AssumeRolePolicyDocument: string) =>
  room.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
const ofRepository = trusting(GITHUB, { StringLike: { [`${GITHUB}:sub`]: 'repo:our-company/site:*' } })
const ofEverybody = trusting(GITHUB, { StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com' } })
const malformed = {
  name: 'MalformedPolicyDocumentException',
  message: expect.stringContaining(`${GITHUB}:sub`),
  $metadata: { httpStatusCode: 400 },
}

it('are made with a condition on the claim that tells the companies apart, not without it', async () => {
  await expect(create('of-everybody', ofEverybody)).rejects.toMatchObject(malformed)
  await expect(create('of-everybody', trusting(GITHUB))).rejects.toMatchObject(malformed)
  const { Role } = await create('of-repository', ofRepository)
  expect(Role?.RoleName).toBe('of-repository')
})

it('keep it when their policy changes', async () => {
  const RoleName = 'changed'
  await create(RoleName, ofRepository)
  const put = new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: ofEverybody })
  await expect(room.iam.send(put)).rejects.toMatchObject(malformed)
  const { Role } = await room.iam.send(new GetRoleCommand({ RoleName }))
  expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(ofRepository)
})

it('need none where the provider is of one company', async () => {
  const { Role } = await create('of-company', trusting('login.example.com/realms/main'))
  expect(Role?.RoleName).toBe('of-company')
})
