import { ListPoliciesCommand, type ListPoliciesCommandInput } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { awsPolicy, user } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

async function list(input: ListPoliciesCommandInput = {}) {
  const { Policies = [], Marker, IsTruncated } = await room.iam.send(new ListPoliciesCommand(input))
  return { names: Policies.map(({ PolicyName }) => PolicyName), Policies, Marker, IsTruncated }
}

it('lists the policies of AWS, in pages', async () => {
  const all = await list()
  expect(all.IsTruncated).toBe(false)
  expect(all.names).toEqual(expect.arrayContaining(['AdministratorAccess', 'AmazonS3ReadOnlyAccess']))
  expect(all.Policies[0]).not.toHaveProperty('Description')
  expect((await list({ Scope: 'AWS' })).names).toEqual(all.names)
  const first = await list({ MaxItems: 3 })
  const rest = await list({ Marker: first.Marker })
  expect([first.IsTruncated, [...first.names, ...rest.names]]).toEqual([true, all.names])
})

it('lists none of the account, of another path or that is a boundary', async () => {
  const none = [
    { Scope: 'Local' },
    { PathPrefix: '/job-function/' },
    { PolicyUsageFilter: 'PermissionsBoundary' },
  ] as const
  for (const input of none) expect((await list(input)).names).toEqual([])
})

it('lists what is attached', async () => {
  const attached = [{ OnlyAttached: true }, { PolicyUsageFilter: 'PermissionsPolicy' }] as const
  for (const input of attached) expect((await list(input)).names).toEqual([])
  await user.make(room, 'holder')
  await user.attach(room.iam, 'holder', awsPolicy('IAMFullAccess'))
  for (const input of attached) expect((await list(input)).names).toEqual(['IAMFullAccess'])
})

describeIamRequest('ListPolicies', { resource: '*' })
