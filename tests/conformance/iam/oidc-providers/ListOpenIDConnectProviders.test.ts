import { ListOpenIDConnectProvidersCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { otherCredentials } from '../../../support/accounts.ts'
import { iamClient } from '../../../support/identity-clients.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makeProvider } from './oidc-provider-room.ts'

const room = openIamRoom()

it('lists all providers of the account by their ARNs', async () => {
  const list = async (iam = room.iam) =>
    (await iam.send(new ListOpenIDConnectProvidersCommand())).OpenIDConnectProviderList
  expect(await list()).toEqual([])
  const arns = []
  for (const address of ['a.example.com', 'a.example.com/x', 'b.example.com']) {
    arns.push({ Arn: await makeProvider(room, address) })
  }
  expect(await list()).toEqual(arns)
  expect(await list(iamClient(room.server, otherCredentials))).toEqual([])
  const { text } = await queryRequest(room.server, 'iam', { Action: 'ListOpenIDConnectProviders' })
  expect(text).toContain(
    `<OpenIDConnectProviderList><member><Arn>${arns[0]?.Arn}</Arn></member><member><Arn>${arns[1]?.Arn}</Arn></member>`,
  )
})

describeIamRequest('ListOpenIDConnectProviders', { resource: '*' })
