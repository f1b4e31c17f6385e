import {
  GetOpenIDConnectProviderCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { queryRequest } from '../../../support/query-request.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makeProvider, named, noSuchProvider } from './oidc-provider-room.ts'

const room = openIamRoom()
const remove = (OpenIDConnectProviderArn: string, ClientID: string) =>
  room.iam.send(new RemoveClientIDFromOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }))

it('removes a client id, and is content with one that there is not', async () => {
  const OpenIDConnectProviderArn = await makeProvider(room, 'ci.example.com', {
    ClientIDList: ['a', 'b', 'c'],
  })
  await remove(OpenIDConnectProviderArn, 'b')
  await remove(OpenIDConnectProviderArn, 'b')
  const parameters = {
    Action: 'RemoveClientIDFromOpenIDConnectProvider',
    OpenIDConnectProviderArn,
    ClientID: 'c',
  }
  expect((await queryRequest(room.server, 'iam', parameters)).status).toBe(200)
  const shown = await room.iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }))
  expect(shown.ClientIDList).toEqual(['a'])
})

it('knows no other provider', async () => {
  const removing = remove(named('none.example.com').OpenIDConnectProviderArn, 'a')
  await expect(removing).rejects.toMatchObject(noSuchProvider)
})

describeIamRequest('RemoveClientIDFromOpenIDConnectProvider', {
  parameters: { ...named(), ClientID: 'a' },
  resource: 'oidc-provider/team.example.com',
})
