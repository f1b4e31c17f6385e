import { ListInstanceProfilesCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it.each([{}, { PathPrefix: '/team/' }])('tells of none %o', async (input) => {
  const answer = await room.iam.send(new ListInstanceProfilesCommand(input))
  expect(answer).toMatchObject({ InstanceProfiles: [], IsTruncated: false })
})

describeIamRequest('ListInstanceProfiles', {
  parameters: { PathPrefix: '/team/' },
  resource: 'instance-profile/team/',
})
