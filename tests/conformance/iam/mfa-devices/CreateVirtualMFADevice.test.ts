import { CreateVirtualMFADeviceCommand, ListMFADeviceTagsCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { mainAccount } from '../../../support/accounts.ts'
import { iamClient } from '../../../support/identity-clients.ts'
import { makeDevice, serialNumber } from '../../../support/mfa-devices.ts'
import { queryRequest } from '../../../support/query-request.ts'
import { startTestServer } from '../../../support/server.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'
import { readQrCodePng } from './read-qr-code.ts'

const room = openIamRoom()

it('makes a device whose seed and QR code say the same', async () => {
  const Tags = [{ Key: 'team', Value: 'a' }]
  const command = new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'tel+1@x', Path: '/team/', Tags })
  const { VirtualMFADevice: device } = await room.iam.send(command)
  expect(device).toMatchObject({ SerialNumber: serialNumber('team/tel+1@x'), Tags })
  const seed = Buffer.from(device?.Base32StringSeed ?? []).toString()
  expect(seed).toMatch(/^[A-Z2-7]{32}$/)
  const link = new URL(readQrCodePng(device?.QRCodePNG ?? new Uint8Array()))
  expect([
    link.protocol,
    link.host,
    decodeURIComponent(link.pathname),
    link.searchParams.get('secret'),
  ]).toEqual(['otpauth:', 'totp', `/tel+1@x@${mainAccount.name}`, seed])
  const { SerialNumber } = device ?? {}
  expect((await room.iam.send(new ListMFADeviceTagsCommand({ SerialNumber }))).Tags).toEqual(Tags)
})

it('makes another seed each time', async () => {
  const seeds = await Promise.all(
    ['one', 'two'].map(async (name) => (await makeDevice(room.server, name)).code()),
  )
  expect(seeds[0]).not.toBe(seeds[1])
})

it('does not make a device twice, of a path', async () => {
  await makeDevice(room.server, 'twice')
  await makeDevice(room.server, 'twice', { Path: '/elsewhere/' })
  await expect(makeDevice(room.server, 'twice')).rejects.toMatchObject({
    name: 'EntityAlreadyExistsException',
    message: 'MFA device already exists.',
    $metadata: { httpStatusCode: 409 },
  })
})

it('leaves the devices of the config alone', async () => {
  const mfaDevices = [{ serialNumber: serialNumber('phone'), secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' }]
  await using server = await startTestServer({ accounts: [{ ...mainAccount, mfaDevices }] })
  const making = iamClient(server).send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }))
  await expect(making).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' })
})

it.each([
  ['a name with other signs', { VirtualMFADeviceName: 'a b' }],
  ['a path without its slashes', { VirtualMFADeviceName: 'a', Path: 'team' }],
  ['a serial number that nobody could send', { VirtualMFADeviceName: 'a'.repeat(230) }],
])('refuses %s', async (_, input) => {
  const making = room.iam.send(new CreateVirtualMFADeviceCommand(input))
  await expect(making).rejects.toMatchObject({ name: 'ValidationError', $metadata: { httpStatusCode: 400 } })
})

it('refuses more than 50 tags, and two of a name', async () => {
  const tag = { Key: 'a', Value: '' }
  const twice = makeDevice(room.server, 'tagged', { Tags: [tag, tag] })
  await expect(twice).rejects.toMatchObject({ name: 'InvalidInputException' })
})

it('answers in XML', async () => {
  const answer = await queryRequest(room.server, 'iam', {
    Action: 'CreateVirtualMFADevice',
    VirtualMFADeviceName: 'raw',
  })
  expect(answer.status).toBe(200)
  const [, seed = ''] = /<Base32StringSeed>([^<]+)<\/Base32StringSeed>/.exec(answer.text) ?? []
  expect(Buffer.from(seed, 'base64').toString()).toMatch(/^[A-Z2-7]{32}$/)
  expect(answer.text).toContain(`<SerialNumber>${serialNumber('raw')}</SerialNumber>`)
})

describeIamRequest('CreateVirtualMFADevice', {
  parameters: { VirtualMFADeviceName: 'phone', Path: '/team/' },
  resource: 'mfa/team/phone',
})
