import { GetOpenIDConnectProviderCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { otherCredentials } from '../../../support/accounts.ts'
import { iamClient } from '../../../support/identity-clients.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { arnOf, makeProvider, named, noSuchProvider, THUMBPRINT } from './oidc-provider-room.ts'

const room = openIamRoom()

it('shows a provider, its URL without the scheme', async () => {
  const OpenIDConnectProviderArn = await makeProvider(room, 'ci.example.com/a/', { ClientIDList: ['x'] })
  const shown = await room.iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }))
  expect(shown).toMatchObject({ Url: 'ci.example.com/a/', ClientIDList: ['x'], ThumbprintList: [THUMBPRINT] })
  expect(shown.Tags).toEqual([])
  expect(shown.CreateDate?.getTime()).toBeLessThan(Date.now() + 1)
  const parameters = { Action: 'GetOpenIDConnectProvider', OpenIDConnectProviderArn }
  expect((await queryRequest(room.server, 'iam', parameters)).text).toContain(
    '<GetOpenIDConnectProviderResult><Url>ci.example.com/a/</Url><ClientIDList><member>x</member></ClientIDList>',
  )
})

it('knows no other provider, nor that of another account or another spelling', async () => {
  const OpenIDConnectProviderArn = await makeProvider(room, 'own.example.com')
  const get = (arn: string, iam = room.iam) =>
    iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }))
  await expect(get(arnOf('none.example.com'))).rejects.toMatchObject(noSuchProvider)
  const others = ['Own.example.com', 'own.example.com/'].map(arnOf)
  for (const arn of [...others, arnOf(''), 'arn:aws:iam::100000000001:user/x', 'x'.repeat(20)]) {
    await expect(get(arn)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  }
  const abroad = iamClient(room.server, otherCredentials)
  await expect(get(OpenIDConnectProviderArn, abroad)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  await expect(get('x'.repeat(19))).rejects.toMatchObject({ name: 'ValidationError' })
})

describeIamRequest('GetOpenIDConnectProvider', {
  parameters: named(),
  resource: 'oidc-provider/team.example.com',
})
