import { ListMFADeviceTagsCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { makeDevice, serialNumber } from '../../../support/mfa-devices.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('lists tags in their order, in pages', async () => {
  const Tags = ['c', 'a', 'b'].map((Key) => ({ Key, Value: Key }))
  const { SerialNumber } = await makeDevice(room.server, 'tagged', { Tags })
  expect((await room.iam.send(new ListMFADeviceTagsCommand({ SerialNumber }))).Tags).toEqual(Tags)
  const first = await room.iam.send(new ListMFADeviceTagsCommand({ SerialNumber, MaxItems: 2 }))
  expect([first.Tags, first.IsTruncated]).toEqual([Tags.slice(0, 2), true])
  const { Marker } = first
  expect((await room.iam.send(new ListMFADeviceTagsCommand({ SerialNumber, Marker }))).Tags).toEqual(
    Tags.slice(2),
  )
})

it('knows no other device', async () => {
  const asking = room.iam.send(new ListMFADeviceTagsCommand({ SerialNumber: serialNumber('none') }))
  await expect(asking).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    $metadata: { httpStatusCode: 404 },
  })
})

describeIamRequest('ListMFADeviceTags', {
  parameters: { SerialNumber: serialNumber('team/phone') },
  resource: 'mfa/team/phone',
})
