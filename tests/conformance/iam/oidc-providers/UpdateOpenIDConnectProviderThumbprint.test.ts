import {
  GetOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { queryRequest } from '../../../support/query-request.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makeProvider, named, noSuchProvider, THUMBPRINT } from './oidc-provider-room.ts'

const room = openIamRoom()
const update = (OpenIDConnectProviderArn: string, ThumbprintList: string[]) =>
  room.iam.send(
    new UpdateOpenIDConnectProviderThumbprintCommand({ OpenIDConnectProviderArn, ThumbprintList }),
  )
const others = (count: number) => Array.from({ length: count }, (_, index) => `${index}`.padStart(40, 'f'))

it('puts a list in the place of the one before', async () => {
  const OpenIDConnectProviderArn = await makeProvider(room, 'ci.example.com', { ThumbprintList: others(2) })
  await update(OpenIDConnectProviderArn, [THUMBPRINT])
  const get = new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn })
  expect((await room.iam.send(get)).ThumbprintList).toEqual([THUMBPRINT])
  const parameters = {
    Action: 'UpdateOpenIDConnectProviderThumbprint',
    OpenIDConnectProviderArn,
    'ThumbprintList.member.1': 'a'.repeat(40),
  }
  expect((await queryRequest(room.server, 'iam', parameters)).status).toBe(200)
  expect((await room.iam.send(get)).ThumbprintList).toEqual(['a'.repeat(40)])
})

it('takes one to five thumbprints, of a provider that there is', async () => {
  const arn = await makeProvider(room, 'five.example.com')
  await update(arn, others(5))
  await expect(update(arn, others(6))).rejects.toMatchObject({ name: 'InvalidInputException' })
  await expect(update(arn, ['z'.repeat(40)])).rejects.toMatchObject({ name: 'InvalidInputException' })
  await expect(update(arn, [])).rejects.toMatchObject({ name: 'InvalidInputException' })
  const { OpenIDConnectProviderArn } = named('none.example.com')
  await expect(update(OpenIDConnectProviderArn, others(1))).rejects.toMatchObject(noSuchProvider)
})

describeIamRequest('UpdateOpenIDConnectProviderThumbprint', {
  parameters: { ...named(), 'ThumbprintList.member.1': THUMBPRINT },
  resource: 'oidc-provider/team.example.com',
})
