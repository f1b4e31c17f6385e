import { ListOpenIDConnectProviderTagsCommand, UntagOpenIDConnectProviderCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { queryRequest } from '../../../support/query-request.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makeProvider, named, noSuchProvider } from './oidc-provider-room.ts'

const room = openIamRoom()
const untag = (OpenIDConnectProviderArn: string, ...TagKeys: string[]) =>
  room.iam.send(new UntagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, TagKeys }))

it('removes tags, and is content with those that there are not, in that case', async () => {
  const Tags = ['a', 'b', 'c'].map((Key) => ({ Key, Value: '1' }))
  const OpenIDConnectProviderArn = await makeProvider(room, 'ci.example.com', { Tags })
  await untag(OpenIDConnectProviderArn, 'A', 'b', 'x')
  const parameters = {
    Action: 'UntagOpenIDConnectProvider',
    OpenIDConnectProviderArn,
    'TagKeys.member.1': 'c',
  }
  expect((await queryRequest(room.server, 'iam', parameters)).status).toBe(200)
  const left = await room.iam.send(new ListOpenIDConnectProviderTagsCommand({ OpenIDConnectProviderArn }))
  expect(left.Tags).toEqual([Tags[0]])
})

it('knows no other provider', async () => {
  const untagging = untag(named('none.example.com').OpenIDConnectProviderArn, 'a')
  await expect(untagging).rejects.toMatchObject(noSuchProvider)
})

describeIamRequest('UntagOpenIDConnectProvider', {
  parameters: { ...named(), 'TagKeys.member.1': 'k' },
  resource: 'oidc-provider/team.example.com',
})
