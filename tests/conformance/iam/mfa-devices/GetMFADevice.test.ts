import { CreateUserCommand, GetMFADeviceCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { mainAccount } from '../../../support/accounts.ts'
import { iamClient } from '../../../support/identity-clients.ts'
import { enabledDevice, makeDevice, serialNumber } from '../../../support/mfa-devices.ts'
import { DEVICE_SECRET } from '../../../support/one-time-code.ts'
import { startTestServer } from '../../../support/server.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('tells of the device of a user', async () => {
  const UserName = 'jane'
  await room.iam.send(new CreateUserCommand({ UserName }))
  const { SerialNumber } = await enabledDevice(room.server, UserName)
  expect(await room.iam.send(new GetMFADeviceCommand({ UserName, SerialNumber }))).toMatchObject({
    UserName,
    SerialNumber,
    EnableDate: expect.any(Date),
  })
})

it("tells of the root user's, those of the config too", async () => {
  const mfaDevices = [{ serialNumber: 'GAHT12345678', secret: DEVICE_SECRET }]
  await using server = await startTestServer({ accounts: [{ ...mainAccount, mfaDevices }] })
  const { SerialNumber } = await enabledDevice(server, mainAccount.name, 'root-account-mfa-device')
  for (const serial of [SerialNumber, 'GAHT12345678']) {
    const shown = await iamClient(server).send(new GetMFADeviceCommand({ SerialNumber: serial }))
    expect(shown).toMatchObject({ UserName: mainAccount.name, SerialNumber: serial })
  }
})

it('knows no other device and nobody else', async () => {
  const UserName = 'knowing'
  await room.iam.send(new CreateUserCommand({ UserName }))
  const { SerialNumber } = await makeDevice(room.server, 'unassigned')
  const inputs = [
    { UserName, SerialNumber },
    { UserName, SerialNumber: serialNumber('none') },
    { UserName: 'nobody', SerialNumber },
    { SerialNumber },
  ]
  for (const input of inputs) {
    await expect(room.iam.send(new GetMFADeviceCommand(input))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      $metadata: { httpStatusCode: 404 },
    })
  }
})

describeIamRequest('GetMFADevice', {
  parameters: { UserName: 'somebody', SerialNumber: serialNumber('phone') },
  resource: 'user/team/somebody',
})
