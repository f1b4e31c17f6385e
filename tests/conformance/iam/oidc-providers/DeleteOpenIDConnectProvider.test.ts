import { DeleteOpenIDConnectProviderCommand, GetOpenIDConnectProviderCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { otherCredentials } from '../../../support/accounts.ts'
import { iamClient } from '../../../support/identity-clients.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makeProvider, named } from './oidc-provider-room.ts'

const room = openIamRoom()

it('deletes a provider, and is content with one that is gone', async () => {
  const OpenIDConnectProviderArn = await makeProvider(room, 'old.example.com')
  const remove = new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn })
  await iamClient(room.server, otherCredentials).send(remove)
  const get = () => room.iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }))
  await get()
  await room.iam.send(remove)
  await expect(get()).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  await room.iam.send(remove)
  const parameters = { Action: 'DeleteOpenIDConnectProvider', OpenIDConnectProviderArn }
  expect((await queryRequest(room.server, 'iam', parameters)).status).toBe(200)
  await makeProvider(room, 'old.example.com')
})

describeIamRequest('DeleteOpenIDConnectProvider', {
  parameters: named(),
  resource: 'oidc-provider/team.example.com',
})
