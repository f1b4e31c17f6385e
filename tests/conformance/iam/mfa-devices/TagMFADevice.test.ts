import { ListMFADeviceTagsCommand, TagMFADeviceCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { iamClient, makeUser } from '../../../support/identity-clients.ts'
import { makeDevice, serialNumber } from '../../../support/mfa-devices.ts'
import { describeIamRequest } from '../iam-request.suite.ts'
import { openIamRoom } from '../iam-room.suite.ts'

const room = openIamRoom()

it('adds and changes tags; a key in another case is another', async () => {
  const { SerialNumber } = await makeDevice(room.server, 'tagged', { Tags: [{ Key: 'Team', Value: 'a' }] })
  const Tags = [
    { Key: 'cost', Value: '' },
    { Key: 'team', Value: 'b' },
  ]
  await room.iam.send(new TagMFADeviceCommand({ SerialNumber, Tags }))
  const listed = await room.iam.send(new ListMFADeviceTagsCommand({ SerialNumber }))
  expect(listed.Tags).toEqual([{ Key: 'Team', Value: 'a' }, ...Tags])
})

it('holds 50 tags, and none of the system', async () => {
  const Tags = Array.from({ length: 50 }, (_, index) => ({ Key: `a${index}`, Value: '' }))
  const { SerialNumber } = await makeDevice(room.server, 'full', { Tags })
  const add = (Key: string) =>
    room.iam.send(new TagMFADeviceCommand({ SerialNumber, Tags: [{ Key, Value: '' }] }))
  await expect(add('b')).rejects.toMatchObject({ name: 'LimitExceededException' })
  await expect(add('aws:x')).rejects.toMatchObject({ name: 'InvalidInputException' })
})

it('is held to conditions on the tags of the device', async () => {
  const StringEquals = { 'aws:ResourceTag/open': 'yes' }
  const statement = {
    Effect: 'Allow',
    Action: 'iam:TagMFADevice',
    Resource: '*',
    Condition: { StringEquals },
  }
  const iam = iamClient(room.server, await makeUser(room.server, 'tagger', statement))
  const devices = [
    await makeDevice(room.server, 'open', { Tags: [{ Key: 'open', Value: 'yes' }] }),
    await makeDevice(room.server, 'shut'),
  ]
  const [open, shut] = devices.map(({ SerialNumber }) =>
    iam.send(new TagMFADeviceCommand({ SerialNumber, Tags: [{ Key: 'k', Value: 'v' }] })),
  )
  await Promise.all([open, expect(shut).rejects.toMatchObject({ name: 'AccessDenied' })])
})

it('knows no other device', async () => {
  const Tags = [{ Key: 'k', Value: 'v' }]
  const tagging = room.iam.send(new TagMFADeviceCommand({ SerialNumber: serialNumber('none'), Tags }))
  await expect(tagging).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    $metadata: { httpStatusCode: 404 },
  })
})

describeIamRequest('TagMFADevice', {
  parameters: {
    SerialNumber: serialNumber('team/phone'),
    'Tags.member.1.Key': 'k',
    'Tags.member.1.Value': 'v',
  },
  resource: 'mfa/team/phone',
})
