import { CreateUserCommand, ListMFADevicesCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { mainAccount } from '../../../support/accounts.ts'
import { iamClient, makeUser } from '../../../support/identity-clients.ts'
import { enabledDevice } from '../../../support/mfa-devices.ts'
import { DEVICE_SECRET } from '../../../support/one-time-code.ts'
import { startTestServer } from '../../../support/server.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()
const serialsOf = ({
  MFADevices = [],
}: {
  MFADevices?: { SerialNumber?: string | undefined }[] | undefined
}) => MFADevices.map(({ SerialNumber }) => SerialNumber)

it('lists the devices of a user, in pages', async () => {
  const UserName = 'jane'
  const iam = iamClient(
    room.server,
    await makeUser(room.server, UserName, { Effect: 'Allow', Action: 'iam:List*', Resource: '*' }),
  )
  const devices = []
  for (const name of ['c', 'a', 'b']) devices.push(await enabledDevice(room.server, UserName, name))
  const serials = devices.map(({ SerialNumber }) => SerialNumber)
  expect(serialsOf(await room.iam.send(new ListMFADevicesCommand({ UserName })))).toEqual(serials)
  expect(serialsOf(await iam.send(new ListMFADevicesCommand()))).toEqual(serials)
  const first = await iam.send(new ListMFADevicesCommand({ MaxItems: 2 }))
  const rest = await iam.send(new ListMFADevicesCommand({ Marker: first.Marker }))
  expect([first.IsTruncated, rest.IsTruncated]).toEqual([true, false])
  expect([...serialsOf(first), ...serialsOf(rest)]).toEqual(serials)
})

it('lists none of a user without', async () => {
  await room.iam.send(new CreateUserCommand({ UserName: 'without' }))
  expect(await room.iam.send(new ListMFADevicesCommand({ UserName: 'without' }))).toMatchObject({
    MFADevices: [],
    IsTruncated: false,
  })
})

it('lists those of the root user, of the config and of IAM', async () => {
  const mfaDevices = [{ serialNumber: 'GAHT12345678', secret: DEVICE_SECRET }]
  await using server = await startTestServer({ accounts: [{ ...mainAccount, mfaDevices }] })
  const { SerialNumber } = await enabledDevice(server, mainAccount.name, 'root-account-mfa-device')
  const listed = await iamClient(server).send(new ListMFADevicesCommand())
  expect(serialsOf(listed)).toEqual(['GAHT12345678', SerialNumber])
})

it('knows nobody else', async () => {
  const asking = room.iam.send(new ListMFADevicesCommand({ UserName: 'nobody' }))
  await expect(asking).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    $metadata: { httpStatusCode: 404 },
  })
})

describeIamRequest('ListMFADevices', { parameters: { UserName: 'somebody' }, resource: 'user/team/somebody' })
