import {
  CreateUserCommand,
  DeactivateMFADeviceCommand,
  DeleteUserCommand,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  ListMFADevicesCommand,
} from '@aws-sdk/client-iam'
import { GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { expect, it } from 'vitest'
import { mainAccount } from '../../../support/accounts.ts'
import { iamClient, makeUser, stsClient } from '../../../support/identity-clients.ts'
import { enabledDevice, makeDevice, serialNumber } from '../../../support/mfa-devices.ts'
import { DEVICE_SECRET } from '../../../support/one-time-code.ts'
import { startTestServer } from '../../../support/server.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()
const invalid = {
  name: 'NoSuchEntityException',
  message: 'MFA Device invalid for user.',
  $metadata: { httpStatusCode: 404 },
}

it("is nobody's then: its codes count no more, and it and the user can be deleted", async () => {
  const UserName = 'jane'
  await room.iam.send(new CreateUserCommand({ UserName }))
  const { SerialNumber } = await enabledDevice(room.server, UserName)
  await room.iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }))
  expect((await room.iam.send(new ListMFADevicesCommand({ UserName }))).MFADevices).toEqual([])
  const again = room.iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }))
  await expect(again).rejects.toMatchObject(invalid)
  await room.iam.send(new DeleteUserCommand({ UserName }))
  await room.iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))
})

it('keeps codes used that were used', async () => {
  const sts = stsClient(room.server, await makeUser(room.server, 'used'))
  const device = await enabledDevice(room.server, 'used')
  const code = device.fresh()
  const codes = { AuthenticationCode1: device.code(-1), AuthenticationCode2: device.code() }
  await sts.send(new GetSessionTokenCommand(code))
  const { SerialNumber } = device
  await room.iam.send(new DeactivateMFADeviceCommand({ UserName: 'used', SerialNumber }))
  const enabling = room.iam.send(new EnableMFADeviceCommand({ UserName: 'used', SerialNumber, ...codes }))
  await expect(enabling).rejects.toMatchObject({ name: 'InvalidAuthenticationCodeException' })
  await expect(sts.send(new GetSessionTokenCommand(device.fresh()))).rejects.toMatchObject({
    name: 'AccessDenied',
  })
})

it('is about the one who asks where it names nobody', async () => {
  const own = { Effect: 'Allow', Action: 'iam:DeactivateMFADevice', Resource: '*' }
  const iam = iamClient(room.server, await makeUser(room.server, 'self', own))
  const { SerialNumber } = await enabledDevice(room.server, 'self')
  await expect(room.iam.send(new DeactivateMFADeviceCommand({ SerialNumber }))).rejects.toMatchObject(invalid)
  await iam.send(new DeactivateMFADeviceCommand({ SerialNumber }))
  await expect(iam.send(new DeactivateMFADeviceCommand({ SerialNumber }))).rejects.toMatchObject(invalid)
})

it("is for the root user's device too, but not for those of the config", async () => {
  const mfaDevices = [{ serialNumber: 'GAHT12345678', secret: DEVICE_SECRET }]
  await using server = await startTestServer({ accounts: [{ ...mainAccount, mfaDevices }] })
  const iam = iamClient(server)
  const { SerialNumber } = await enabledDevice(server, mainAccount.name, 'root-account-mfa-device')
  await iam.send(new DeactivateMFADeviceCommand({ SerialNumber }))
  await expect(
    iam.send(new DeactivateMFADeviceCommand({ SerialNumber: 'GAHT12345678' })),
  ).rejects.toMatchObject({
    name: 'NotImplemented',
    $metadata: { httpStatusCode: 501 },
  })
  expect((await iam.send(new ListMFADevicesCommand())).MFADevices).toMatchObject([
    { SerialNumber: 'GAHT12345678' },
  ])
})

it('knows no other device and nobody else', async () => {
  const UserName = 'knowing'
  await room.iam.send(new CreateUserCommand({ UserName }))
  const { SerialNumber } = await makeDevice(room.server, 'unassigned')
  const send = (input: { UserName: string; SerialNumber: string }) =>
    room.iam.send(new DeactivateMFADeviceCommand(input))
  await expect(send({ UserName, SerialNumber })).rejects.toMatchObject(invalid)
  for (const strange of [
    { UserName, SerialNumber: serialNumber('none') },
    { UserName: 'nobody', SerialNumber },
  ]) {
    await expect(send(strange)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  }
})

describeIamRequest('DeactivateMFADevice', {
  parameters: { UserName: 'somebody', SerialNumber: serialNumber('phone') },
  resource: 'user/team/somebody',
})
