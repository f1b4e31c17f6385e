import { GetAccountSummaryCommand, SetSecurityTokenServicePreferencesCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

const prefer = (GlobalEndpointTokenVersion: 'v1Token' | 'v2Token') =>
  room.iam.send(new SetSecurityTokenServicePreferencesCommand({ GlobalEndpointTokenVersion }))

const version = async () =>
  (await room.iam.send(new GetAccountSummaryCommand({}))).SummaryMap?.['GlobalEndpointTokenVersion']

it('takes tokens that are good in every region, which they are', async () => {
  await prefer('v2Token')
  expect(await version()).toBe(2)
})

it('does not take those that are not', async () => {
  await expect(prefer('v1Token')).rejects.toMatchObject({ name: 'NotImplemented' })
  expect(await version()).toBe(2)
})

describeIamRequest('SetSecurityTokenServicePreferences', {
  parameters: { GlobalEndpointTokenVersion: 'v2Token' },
  resource: '*',
})
