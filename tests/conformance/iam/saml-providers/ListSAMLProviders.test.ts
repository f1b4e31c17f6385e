import { ListSAMLProvidersCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('lists none', async () => {
  expect((await room.iam.send(new ListSAMLProvidersCommand())).SAMLProviderList).toEqual([])
})

describeIamRequest('ListSAMLProviders', { resource: '*' })
