import {
  CreateUserCommand,
  DeleteUserCommand,
  EnableMFADeviceCommand,
  ListMFADevicesCommand,
  ListVirtualMFADevicesCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { mainAccount } from '../../../support/accounts.ts'
import { iamClient, makeUser } from '../../../support/identity-clients.ts'
import { enabledDevice, makeDevice, serialNumber, type TestDevice } from '../../../support/mfa-devices.ts'
import { STEP_MILLISECONDS } from '../../../support/one-time-code.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { startTestServer } from '../../../support/server.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()
const enable = (UserName: string, codes: ReturnType<TestDevice['two']>) =>
  room.iam.send(new EnableMFADeviceCommand({ UserName, ...codes }))
const invalid = {
  name: 'InvalidAuthenticationCodeException',
  message: 'Authentication code for device is not valid.',
  $metadata: { httpStatusCode: 403 },
}

async function userWithDevice(UserName: string): Promise<TestDevice> {
  await room.iam.send(new CreateUserCommand({ UserName }))
  return makeDevice(room.server, UserName)
}

it("makes a device a user's, who cannot be deleted then", async () => {
  const { SerialNumber, ...device } = await userWithDevice('jane')
  expect(device).toBeDefined()
  const twin = await makeDevice(room.server, 'twin')
  await enable('jane', twin.two())
  const { MFADevices = [] } = await room.iam.send(new ListMFADevicesCommand({ UserName: 'jane' }))
  expect(MFADevices).toMatchObject([{ UserName: 'jane', SerialNumber: twin.SerialNumber }])
  expect(Math.abs(Number(MFADevices[0]?.EnableDate) - room.server.clock.now().getTime())).toBeLessThan(60_000)
  expect(MFADevices[0]?.SerialNumber).not.toBe(SerialNumber)
  await expect(room.iam.send(new DeleteUserCommand({ UserName: 'jane' }))).rejects.toMatchObject({
    name: 'DeleteConflictException',
    message: 'Cannot delete entity, must delete MFA device first.',
  })
})

it('wants two codes in a row that nobody used', async () => {
  const device = await userWithDevice('row')
  const right = device.two()
  const { AuthenticationCode1, AuthenticationCode2 } = right
  const wrong = [
    { AuthenticationCode2: AuthenticationCode1 },
    { AuthenticationCode1: AuthenticationCode2, AuthenticationCode2: AuthenticationCode1 },
    { AuthenticationCode1: device.code(-2) },
  ]
  for (const codes of wrong)
    await expect(enable('row', { ...right, ...codes })).rejects.toMatchObject(invalid)
  await enable('row', right)
})

it('takes codes of a clock that is an hour off at most', async () => {
  const device = await userWithDevice('off')
  device.aheadMilliseconds = 122 * STEP_MILLISECONDS
  await expect(enable('off', device.two())).rejects.toMatchObject(invalid)
  device.aheadMilliseconds = -120 * STEP_MILLISECONDS
  await enable('off', device.two())
})

it('counts wrong codes', async () => {
  await using server = await startTestServer()
  const iam = iamClient(server)
  await iam.send(new CreateUserCommand({ UserName: 'guessed' }))
  const device = await makeDevice(server, 'guessed')
  const right = device.two()
  const send = (codes: object) =>
    iam.send(new EnableMFADeviceCommand({ UserName: 'guessed', ...right, ...codes }))
  const wrong = { AuthenticationCode1: right.AuthenticationCode2 }
  for (let count = 1; count <= 5; count++) await expect(send(wrong)).rejects.toMatchObject(invalid)
  await expect(send({})).rejects.toMatchObject(invalid)
  server.clock.advance(30_000)
  await send({})
})

it('is of one user alone, also of two at the same time', async () => {
  const device = await userWithDevice('first')
  await room.iam.send(new CreateUserCommand({ UserName: 'second' }))
  const codes = device.two()
  const outcomes = await Promise.allSettled(['first', 'second'].map((name) => enable(name, codes)))
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  await expect(enable('second', device.two())).rejects.toMatchObject({
    name: 'EntityAlreadyExistsException',
    $metadata: { httpStatusCode: 409 },
  })
})

it('knows no other device and nobody else', async () => {
  const device = await userWithDevice('knowing')
  const codes = device.two()
  const nothing = { name: 'NoSuchEntityException', $metadata: { httpStatusCode: 404 } }
  await expect(enable('nobody', codes)).rejects.toMatchObject(nothing)
  const others = [serialNumber('none'), 'GAHT12345678', `arn:aws:iam::100000000002:mfa/knowing`]
  for (const SerialNumber of others) {
    await expect(enable('knowing', { ...codes, SerialNumber })).rejects.toMatchObject(nothing)
  }
})

it('gives a user eight devices at most', async () => {
  await using server = await startTestServer()
  const iam = iamClient(server)
  await iam.send(new CreateUserCommand({ UserName: 'many' }))
  for (let count = 1; count <= 8; count++) await enabledDevice(server, 'many', `tel-${count}`)
  await expect(enabledDevice(server, 'many', 'ninth')).rejects.toMatchObject({
    name: 'LimitExceededException',
    $metadata: { httpStatusCode: 409 },
  })
})

it("makes the root user's own device its own, and nobody else's", async () => {
  const device = await makeDevice(room.server, 'root-account-mfa-device')
  const admin = await makeUser(room.server, mainAccount.name, { Effect: 'Allow', Action: '*', Resource: '*' })
  const byAdmin = new EnableMFADeviceCommand({ UserName: mainAccount.name, ...device.two() })
  await expect(iamClient(room.server, admin).send(byAdmin)).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  })
  await enable(mainAccount.name, device.two())
  expect((await room.iam.send(new ListMFADevicesCommand())).MFADevices).toMatchObject([
    { UserName: mainAccount.name, SerialNumber: device.SerialNumber },
  ])
  const { VirtualMFADevices = [] } = await room.iam.send(new ListVirtualMFADevicesCommand())
  expect(VirtualMFADevices).toContainEqual(
    expect.objectContaining({
      User: expect.objectContaining({ Arn: `arn:aws:iam::${mainAccount.id}:root` }),
    }),
  )
})

it('shows neither seeds nor codes in its answers', async () => {
  const device = await userWithDevice('silent')
  const codes = device.two()
  const answer = await queryRequest(room.server, 'iam', {
    Action: 'EnableMFADevice',
    UserName: 'silent',
    ...codes,
  })
  expect(answer.status).toBe(200)
  const again = await queryRequest(room.server, 'iam', {
    Action: 'EnableMFADevice',
    UserName: 'silent',
    ...codes,
  })
  expect([again.status, again.errorCode]).toEqual([409, 'EntityAlreadyExists'])
  expect(again.text).not.toContain(codes.AuthenticationCode2)
})

describeIamRequest('EnableMFADevice', {
  parameters: {
    UserName: 'somebody',
    SerialNumber: serialNumber('phone'),
    AuthenticationCode1: '123456',
    AuthenticationCode2: '654321',
  },
  resource: 'user/team/somebody',
})
