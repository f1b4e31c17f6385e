import { CreateUserCommand, ResyncMFADeviceCommand } from '@aws-sdk/client-iam'
import { GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { expect, it } from 'vitest'
import { mainAccount } from '../../../support/accounts.ts'
import { makeUser, stsClient } from '../../../support/identity-clients.ts'
import { enabledDevice, makeDevice, serialNumber } from '../../../support/mfa-devices.ts'
import { STEP_MILLISECONDS } from '../../../support/one-time-code.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()
const nothing = { name: 'NoSuchEntityException', $metadata: { httpStatusCode: 404 } }

it('finds out how far a clock is off, and keeps it', async () => {
  const sts = stsClient(room.server, await makeUser(room.server, 'late'))
  const device = await enabledDevice(room.server, 'late')
  device.aheadMilliseconds = 50 * STEP_MILLISECONDS
  const sign = () => sts.send(new GetSessionTokenCommand(device.fresh()))
  await expect(sign()).rejects.toMatchObject({ name: 'AccessDenied' })
  await room.iam.send(new ResyncMFADeviceCommand({ UserName: 'late', ...device.two() }))
  await sign()
  await sign()
  device.aheadMilliseconds -= 3 * STEP_MILLISECONDS
  await expect(sign()).rejects.toMatchObject({ name: 'AccessDenied' })
})

it('takes no codes that were used, nor wrong ones', async () => {
  await room.iam.send(new CreateUserCommand({ UserName: 'again' }))
  const device = await enabledDevice(room.server, 'again')
  const codes = { UserName: 'again', ...device.two() }
  const wrong = { ...codes, AuthenticationCode1: codes.AuthenticationCode2 }
  const invalid = {
    name: 'InvalidAuthenticationCodeException',
    message: 'Authentication code for device is not valid.',
    $metadata: { httpStatusCode: 403 },
  }
  await expect(room.iam.send(new ResyncMFADeviceCommand(wrong))).rejects.toMatchObject(invalid)
  await room.iam.send(new ResyncMFADeviceCommand(codes))
  await expect(room.iam.send(new ResyncMFADeviceCommand(codes))).rejects.toMatchObject(invalid)
})

it("knows a user's own devices alone", async () => {
  await room.iam.send(new CreateUserCommand({ UserName: 'own' }))
  const device = await makeDevice(room.server, 'nobodys')
  const send = (UserName: string) => room.iam.send(new ResyncMFADeviceCommand({ UserName, ...device.two() }))
  await expect(send('own')).rejects.toMatchObject({ ...nothing, message: 'MFA Device invalid for user.' })
  await expect(send('nobody')).rejects.toMatchObject(nothing)
  const strange = { UserName: 'own', ...device.two(), SerialNumber: serialNumber('none') }
  await expect(room.iam.send(new ResyncMFADeviceCommand(strange))).rejects.toMatchObject(nothing)
})

it("is for the root user's device too", async () => {
  const device = await enabledDevice(room.server, mainAccount.name, 'root-account-mfa-device')
  device.aheadMilliseconds = 5 * STEP_MILLISECONDS
  await room.iam.send(new ResyncMFADeviceCommand({ UserName: mainAccount.name, ...device.two() }))
  const own = await stsClient(room.server).send(new GetSessionTokenCommand(device.fresh()))
  expect(own.Credentials?.SessionToken).toBeDefined()
})

describeIamRequest('ResyncMFADevice', {
  parameters: {
    UserName: 'somebody',
    SerialNumber: serialNumber('phone'),
    AuthenticationCode1: '123456',
    AuthenticationCode2: '654321',
  },
  resource: 'user/team/somebody',
})
