import {
  AddClientIDToOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { queryRequest } from '../../../support/query-request.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makeProvider, named, noSuchProvider } from './oidc-provider-room.ts'

const room = openIamRoom()
const add = (OpenIDConnectProviderArn: string, ClientID: string) =>
  room.iam.send(new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }))
const clientIds = async (OpenIDConnectProviderArn: string) =>
  (await room.iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }))).ClientIDList

it('adds a client id, and once more changes nothing', async () => {
  const arn = await makeProvider(room, 'ci.example.com', { ClientIDList: ['a'] })
  await add(arn, 'b')
  await add(arn, 'b')
  const parameters = {
    Action: 'AddClientIDToOpenIDConnectProvider',
    OpenIDConnectProviderArn: arn,
    ClientID: 'c',
  }
  expect((await queryRequest(room.server, 'iam', parameters)).status).toBe(200)
  expect(await clientIds(arn)).toEqual(['a', 'b', 'c'])
})

it('loses none that are added at the same time', async () => {
  const arn = await makeProvider(room, 'busy.example.com')
  const ids = Array.from({ length: 20 }, (_, index) => `client-${index}`)
  await Promise.all(ids.map((id) => add(arn, id)))
  expect((await clientIds(arn))?.toSorted()).toEqual(ids.toSorted())
})

it('adds no more than a hundred, to no other provider', async () => {
  const ClientIDList = Array.from({ length: 100 }, (_, index) => String(index))
  const arn = await makeProvider(room, 'full.example.com', { ClientIDList })
  await add(arn, '99')
  await expect(add(arn, '100')).rejects.toMatchObject({
    name: 'LimitExceededException',
    $metadata: { httpStatusCode: 409 },
  })
  await expect(add(named('none.example.com').OpenIDConnectProviderArn, 'a')).rejects.toMatchObject(
    noSuchProvider,
  )
  await expect(add(arn, 'x'.repeat(256))).rejects.toMatchObject({ name: 'ValidationError' })
})

describeIamRequest('AddClientIDToOpenIDConnectProvider', {
  parameters: { ...named(), ClientID: 'a' },
  resource: 'oidc-provider/team.example.com',
})
