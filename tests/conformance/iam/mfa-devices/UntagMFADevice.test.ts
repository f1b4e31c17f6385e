import { ListMFADeviceTagsCommand, UntagMFADeviceCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { makeDevice, serialNumber } from '../../../support/mfa-devices.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('takes tags away, those that are there', async () => {
  const Tags = ['a', 'b'].map((Key) => ({ Key, Value: Key }))
  const { SerialNumber } = await makeDevice(room.server, 'tagged', { Tags })
  await room.iam.send(new UntagMFADeviceCommand({ SerialNumber, TagKeys: ['a', 'B', 'other'] }))
  expect((await room.iam.send(new ListMFADeviceTagsCommand({ SerialNumber }))).Tags).toEqual([Tags[1]])
})

it('knows no other device', async () => {
  const command = new UntagMFADeviceCommand({ SerialNumber: serialNumber('none'), TagKeys: ['a'] })
  await expect(room.iam.send(command)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

describeIamRequest('UntagMFADevice', {
  parameters: { SerialNumber: serialNumber('team/phone'), 'TagKeys.member.1': 'k' },
  resource: 'mfa/team/phone',
})
