import {
  CreateUserCommand,
  DeactivateMFADeviceCommand,
  DeleteVirtualMFADeviceCommand,
  ListVirtualMFADevicesCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { otherCredentials } from '../../../support/accounts.ts'
import { iamClient } from '../../../support/identity-clients.ts'
import { enabledDevice, makeDevice, serialNumber } from '../../../support/mfa-devices.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()
const nothing = { name: 'NoSuchEntityException', $metadata: { httpStatusCode: 404 } }

it('takes a device away; one of that name made later has another seed', async () => {
  const { SerialNumber, ...before } = await makeDevice(room.server, 'gone')
  expect(before).toBeDefined()
  await room.iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))
  expect((await room.iam.send(new ListVirtualMFADevicesCommand())).VirtualMFADevices).toEqual([])
  await expect(room.iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))).rejects.toMatchObject(
    nothing,
  )
  await room.iam.send(new CreateUserCommand({ UserName: 'gone' }))
  await enabledDevice(room.server, 'gone')
})

it('waits until it is deactivated', async () => {
  await room.iam.send(new CreateUserCommand({ UserName: 'using' }))
  const { SerialNumber } = await enabledDevice(room.server, 'using')
  await expect(room.iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))).rejects.toMatchObject({
    name: 'DeleteConflictException',
    message: 'MFA VirtualDevice in use. Must deactivate first.',
    $metadata: { httpStatusCode: 409 },
  })
  await room.iam.send(new DeactivateMFADeviceCommand({ UserName: 'using', SerialNumber }))
  await room.iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))
})

it("knows no others, nor another account's", async () => {
  const { SerialNumber } = await makeDevice(room.server, 'ours')
  const other = iamClient(room.server, otherCredentials)
  await expect(other.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))).rejects.toMatchObject(nothing)
  for (const strange of [serialNumber('none'), 'GAHT12345678']) {
    const command = new DeleteVirtualMFADeviceCommand({ SerialNumber: strange })
    await expect(room.iam.send(command)).rejects.toMatchObject(nothing)
  }
})

describeIamRequest('DeleteVirtualMFADevice', {
  parameters: { SerialNumber: serialNumber('team/phone') },
  resource: 'mfa/team/phone',
})
