import { ListPoliciesCommand, type ListPoliciesCommandInput } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { otherCredentials } from '../../../support/accounts.ts'
import { iamClient } from '../../../support/identity-clients.ts'
import { awsPolicy, user } from '../attached-policies.suite.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { makePolicy, ownPolicy } from '../own-policies.suite.ts'

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

it('lists none of another path or that is a boundary', async () => {
  const none = [{ PathPrefix: '/service-role/' }, { PolicyUsageFilter: 'PermissionsBoundary' }] as const
  for (const input of none) expect((await list(input)).names).toEqual([])
})

it('lists the one of AWS that has a path by it', async () => {
  expect((await list({ PathPrefix: '/job-function/' })).names).toEqual(['ViewOnlyAccess'])
  await user.make(room, 'viewer')
  await user.attach(room.iam, 'viewer', awsPolicy('job-function/ViewOnlyAccess'))
  expect((await list({ OnlyAttached: true })).names).toEqual(['ViewOnlyAccess'])
  await user.detach(room.iam, 'viewer', awsPolicy('job-function/ViewOnlyAccess'))
})

it('lists what is attached', async () => {
  const attached = [{ OnlyAttached: true }, { PolicyUsageFilter: 'PermissionsPolicy' }] as const
  for (const input of attached) expect((await list(input)).names).toEqual([])
  await user.make(room, 'holder')
  await user.attach(room.iam, 'holder', awsPolicy('IAMFullAccess'))
  for (const input of attached) expect((await list(input)).names).toEqual(['IAMFullAccess'])
})

it('lists those of the account first, by path and name, without descriptions and tags', async () => {
  const more = { Description: 'd', Tags: [{ Key: 'k', Value: '' }] }
  for (const name of ['Beta', 'alpha', 'Gamma']) await makePolicy(room, name, more)
  await makePolicy(room, 'inner', { Path: '/x/y/' })
  const iam = iamClient(room.server, otherCredentials)
  await makePolicy({ iam }, 'foreign')
  const own = await list({ Scope: 'Local' })
  expect([own.names, own.IsTruncated]).toEqual([['alpha', 'Beta', 'Gamma', 'inner'], false])
  expect(own.Policies[0]).toEqual({
    PolicyName: 'alpha',
    PolicyId: expect.stringMatching(/^ANPA/),
    Arn: ownPolicy('alpha'),
    Path: '/',
    DefaultVersionId: 'v1',
    AttachmentCount: 0,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: expect.any(Date),
    UpdateDate: expect.any(Date),
  })
  expect((await list({ PathPrefix: '/x/' })).names).toEqual(['inner'])
  expect((await list({ PathPrefix: '/y/' })).names).toEqual([])
  const { names } = await list()
  expect(names.slice(0, 4)).toEqual(own.names)
  expect(names).toHaveLength(16)
})

it('goes through all in pages of any size', async () => {
  const { names } = await list()
  for (const MaxItems of [1, 2, 3, 4, 5, 12, 13]) {
    const seen: (string | undefined)[] = []
    for (let Marker: string | undefined; ;) {
      const page = await list({ MaxItems, Marker })
      expect(page.names.length).toBeLessThanOrEqual(MaxItems)
      seen.push(...page.names)
      Marker = page.Marker
      if (!page.IsTruncated) break
    }
    expect(seen).toEqual(names)
  }
})

it('lists those of the account that are attached', async () => {
  await user.attach(room.iam, 'holder', ownPolicy('Beta'))
  expect((await list({ Scope: 'Local', OnlyAttached: true })).names).toEqual(['Beta'])
  expect((await list({ OnlyAttached: true })).names).toEqual(['Beta', 'IAMFullAccess'])
})

it.each(['x', '1', '0:x', '9:', '0:AAAA', ':'])('knows no marker %s', async (Marker) => {
  await expect(list({ Marker, Scope: 'Local' })).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Invalid Marker.',
  })
})

describeIamRequest('ListPolicies', { resource: '*' })
