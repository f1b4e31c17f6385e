import { ListOpenIDConnectProviderTagsCommand, TagOpenIDConnectProviderCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { iamClient, makeUser } from '../../../support/identity-clients.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makeProvider, named, noSuchProvider } from './oidc-provider-room.ts'

const room = openIamRoom()
const tag = (OpenIDConnectProviderArn: string, Key: string, Value = '', iam = room.iam) =>
  iam.send(new TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, Tags: [{ Key, Value }] }))

it('adds and changes tags; a key in another case is another', async () => {
  const OpenIDConnectProviderArn = await makeProvider(room, 'ci.example.com', {
    Tags: [{ Key: 'Team', Value: 'a' }],
  })
  await tag(OpenIDConnectProviderArn, 'cost', '7')
  await tag(OpenIDConnectProviderArn, 'team', 'b')
  await tag(OpenIDConnectProviderArn, 'Team', 'c')
  const parameters = {
    Action: 'TagOpenIDConnectProvider',
    OpenIDConnectProviderArn,
    'Tags.member.1.Key': 'raw',
    'Tags.member.1.Value': '',
  }
  expect((await queryRequest(room.server, 'iam', parameters)).status).toBe(200)
  const { Tags } = await room.iam.send(new ListOpenIDConnectProviderTagsCommand({ OpenIDConnectProviderArn }))
  expect(Tags).toEqual([
    { Key: 'Team', Value: 'c' },
    { Key: 'cost', Value: '7' },
    { Key: 'team', Value: 'b' },
    { Key: 'raw', Value: '' },
  ])
})

it('holds 50 tags, none of the system, and knows no other provider', async () => {
  const Tags = Array.from({ length: 50 }, (_, index) => ({ Key: `a${index}`, Value: '' }))
  const arn = await makeProvider(room, 'full.example.com', { Tags })
  await expect(tag(arn, 'b')).rejects.toMatchObject({ name: 'LimitExceededException' })
  await expect(tag(arn, 'aws:x')).rejects.toMatchObject({ name: 'InvalidInputException' })
  await expect(tag(named('none.example.com').OpenIDConnectProviderArn, 'a')).rejects.toMatchObject(
    noSuchProvider,
  )
})

it('is held to conditions on the tags of the provider', async () => {
  const StringEquals = { 'aws:ResourceTag/open': 'yes' }
  const statement = { Effect: 'Allow', Action: 'iam:Tag*', Resource: '*', Condition: { StringEquals } }
  const iam = iamClient(room.server, await makeUser(room.server, 'tagger', statement))
  const open = await makeProvider(room, 'open.example.com', { Tags: [{ Key: 'open', Value: 'yes' }] })
  await tag(open, 'k', 'v', iam)
  const shut = await makeProvider(room, 'shut.example.com')
  await expect(tag(shut, 'k', 'v', iam)).rejects.toMatchObject({ name: 'AccessDenied' })
})

describeIamRequest('TagOpenIDConnectProvider', {
  parameters: { ...named(), 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'v' },
  resource: 'oidc-provider/team.example.com',
})
