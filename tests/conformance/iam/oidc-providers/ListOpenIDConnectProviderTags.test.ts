import { ListOpenIDConnectProviderTagsCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { queryRequest } from '../../../support/query-request.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makeProvider, named, noSuchProvider } from './oidc-provider-room.ts'

const room = openIamRoom()

it('lists tags page by page', async () => {
  const Tags = ['a', 'b', 'c'].map((Key) => ({ Key, Value: '1' }))
  const OpenIDConnectProviderArn = await makeProvider(room, 'ci.example.com', { Tags })
  const list = (input: object) =>
    room.iam.send(new ListOpenIDConnectProviderTagsCommand({ OpenIDConnectProviderArn, ...input }))
  const first = await list({ MaxItems: 2 })
  expect(first).toMatchObject({ Tags: Tags.slice(0, 2), IsTruncated: true })
  expect(await list({ Marker: first.Marker })).toMatchObject({ Tags: Tags.slice(2), IsTruncated: false })
  await expect(list({ Marker: 'x' })).rejects.toMatchObject({ name: 'ValidationError' })
  const parameters = { Action: 'ListOpenIDConnectProviderTags', OpenIDConnectProviderArn }
  expect((await queryRequest(room.server, 'iam', parameters)).text).toContain(
    '<IsTruncated>false</IsTruncated>',
  )
})

it('knows no other provider', async () => {
  const listing = room.iam.send(new ListOpenIDConnectProviderTagsCommand(named('none.example.com')))
  await expect(listing).rejects.toMatchObject(noSuchProvider)
})

describeIamRequest('ListOpenIDConnectProviderTags', {
  parameters: named(),
  resource: 'oidc-provider/team.example.com',
})
