import {
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  type IAMClient,
  ListMFADevicesCommand,
  ResyncMFADeviceCommand,
} from '@aws-sdk/client-iam'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { expect, it } from 'vitest'
import { type Credentials, mainAccount } from '../../../support/accounts.ts'
import { iamClient, makeUser, sessionOf, stsClient } from '../../../support/identity-clients.ts'
import { base32, makeDevice, TestDevice } from '../../../support/mfa-devices.ts'
import { s3Client } from '../../../support/s3-client.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const OWN_USER = `arn:aws:iam::${mainAccount.id}:user/\${aws:username}`

/** After: IAM User Guide, "AWS: Allows MFA-authenticated IAM users to manage their own MFA device". */
const OWN_DEVICE = [
  { Effect: 'Allow', Action: 'iam:CreateVirtualMFADevice', Resource: `arn:aws:iam::${mainAccount.id}:mfa/*` },
  {
    Effect: 'Allow',
    Action: ['iam:EnableMFADevice', 'iam:ListMFADevices', 'iam:ResyncMFADevice'],
    Resource: OWN_USER,
  },
  {
    Effect: 'Allow',
    Action: 'iam:DeactivateMFADevice',
    Resource: OWN_USER,
    Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  },
  {
    Effect: 'Deny',
    NotAction: [
      'iam:CreateVirtualMFADevice',
      'iam:EnableMFADevice',
      'iam:ListMFADevices',
      'iam:ResyncMFADevice',
    ],
    Resource: '*',
    Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
  },
  { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' },
]

const room = openIamRoom()
const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }

async function ownDevice(iam: IAMClient, VirtualMFADeviceName: string): Promise<TestDevice> {
  const { VirtualMFADevice } = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName }))
  const seed = base32(Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString())
  return new TestDevice(room.server, VirtualMFADevice?.SerialNumber ?? '', seed)
}

it('a user who may nothing without a code makes a device of its own, and then may with its codes', async () => {
  const credentials = await makeUser(room.server, 'jane', ...OWN_DEVICE)
  await room.iam.send(new CreateUserCommand({ UserName: 'joe' }))
  const jane = iamClient(room.server, credentials)
  const list = (by: Credentials) => s3Client(room.server, { credentials: by }).send(new ListBucketsCommand())
  const session = async (code = {}): Promise<Credentials> =>
    sessionOf((await stsClient(room.server, credentials).send(new GetSessionTokenCommand(code))).Credentials)

  const device = await ownDevice(jane, 'jane')
  const { SerialNumber } = device
  await expect(
    jane.send(new EnableMFADeviceCommand({ UserName: 'joe', ...device.two() })),
  ).rejects.toMatchObject(denied)
  await jane.send(new EnableMFADeviceCommand({ UserName: 'jane', ...device.two() }))
  expect((await jane.send(new ListMFADevicesCommand())).MFADevices).toMatchObject([{ SerialNumber }])
  await jane.send(new ResyncMFADeviceCommand({ UserName: 'jane', ...device.two() }))

  await expect(list(await session())).rejects.toMatchObject(denied)
  const deactivate = new DeactivateMFADeviceCommand({ UserName: 'jane', SerialNumber })
  await expect(jane.send(deactivate)).rejects.toMatchObject(denied)
  await expect(jane.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))).rejects.toMatchObject(denied)
  const withCode = await session(device.fresh())
  expect((await list(withCode)).Buckets).toEqual([])
  await iamClient(room.server, withCode).send(deactivate)
  await expect(session(device.fresh())).rejects.toMatchObject(denied)
})

it("nobody takes another's device by enabling, synchronizing or deactivating it as its own", async () => {
  const own = {
    Effect: 'Allow',
    Action: 'iam:*',
    Resource: [OWN_USER, `arn:aws:iam::${mainAccount.id}:mfa/*`],
  }
  const mallory = iamClient(room.server, await makeUser(room.server, 'mallory', own))
  await room.iam.send(new CreateUserCommand({ UserName: 'victim' }))
  const device = await makeDevice(room.server, 'victim')
  await room.iam.send(new EnableMFADeviceCommand({ UserName: 'victim', ...device.two() }))
  const codes = { UserName: 'mallory', ...device.two() }
  await expect(mallory.send(new EnableMFADeviceCommand(codes))).rejects.toMatchObject({
    name: 'EntityAlreadyExistsException',
  })
  const notHers = { name: 'NoSuchEntityException', message: 'MFA Device invalid for user.' }
  await expect(mallory.send(new ResyncMFADeviceCommand(codes))).rejects.toMatchObject(notHers)
  await expect(mallory.send(new DeactivateMFADeviceCommand(codes))).rejects.toMatchObject(notHers)
  const { SerialNumber } = device
  await expect(mallory.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))).rejects.toMatchObject({
    name: 'DeleteConflictException',
  })
  const { MFADevices } = await room.iam.send(new ListMFADevicesCommand({ UserName: 'victim' }))
  expect(MFADevices).toHaveLength(1)
})
