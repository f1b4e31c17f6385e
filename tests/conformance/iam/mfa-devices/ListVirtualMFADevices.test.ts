import { CreateUserCommand, ListVirtualMFADevicesCommand, type VirtualMFADevice } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { otherCredentials } from '../../../support/accounts.ts'
import { iamClient } from '../../../support/identity-clients.ts'
import { enabledDevice, makeDevice } from '../../../support/mfa-devices.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom(async ({ server, iam }) => {
  await iam.send(new CreateUserCommand({ UserName: 'jane', Path: '/team/' }))
  await makeDevice(server, 'b', { Tags: [{ Key: 'k', Value: 'v' }] })
  await makeDevice(server, 'a', { Path: '/z/' })
  await enabledDevice(server, 'jane', 'c')
})
const namesOf = ({ VirtualMFADevices = [] }: { VirtualMFADevices?: VirtualMFADevice[] | undefined }) =>
  VirtualMFADevices.map(({ SerialNumber = '' }) => SerialNumber.split(':mfa')[1])

it('lists devices by path, and whose they are', async () => {
  const all = await room.iam.send(new ListVirtualMFADevicesCommand())
  expect(namesOf(all)).toEqual(['/b', '/c', '/z/a'])
  expect(all.VirtualMFADevices?.[1]).toMatchObject({
    User: { UserName: 'jane', Path: '/team/', Arn: expect.stringMatching(/user\/team\/jane$/) },
    EnableDate: expect.any(Date),
  })
  expect(Object.keys(all.VirtualMFADevices?.[0] ?? {})).toEqual(['SerialNumber'])
})

it.each([
  ['Any', ['/b', '/c', '/z/a']],
  ['Assigned', ['/c']],
  ['Unassigned', ['/b', '/z/a']],
] as const)('lists those that are %s', async (AssignmentStatus, names) => {
  expect(namesOf(await room.iam.send(new ListVirtualMFADevicesCommand({ AssignmentStatus })))).toEqual(names)
})

it('lists them in pages', async () => {
  const first = await room.iam.send(new ListVirtualMFADevicesCommand({ MaxItems: 2 }))
  const rest = await room.iam.send(new ListVirtualMFADevicesCommand({ Marker: first.Marker }))
  expect([first.IsTruncated, rest.IsTruncated]).toEqual([true, false])
  expect([...namesOf(first), ...namesOf(rest)]).toEqual(['/b', '/c', '/z/a'])
})

it("shows nobody another account's", async () => {
  const other = iamClient(room.server, otherCredentials)
  expect(namesOf(await other.send(new ListVirtualMFADevicesCommand()))).toEqual([])
})

it.each([{ Marker: 'nonsense' }, { MaxItems: 1001 }, { AssignmentStatus: 'Lost' as 'Any' }])(
  'refuses %j',
  async (input) => {
    const listing = room.iam.send(new ListVirtualMFADevicesCommand(input))
    await expect(listing).rejects.toMatchObject({
      name: 'ValidationError',
      $metadata: { httpStatusCode: 400 },
    })
  },
)

describeIamRequest('ListVirtualMFADevices', { resource: '*' })
