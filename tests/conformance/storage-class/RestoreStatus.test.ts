import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { expectRefusal, expectStatus } from '../../support/time-room.ts'
import { ArchiveRoom } from './archive-room.ts'

const ATTRIBUTE = 'x-amz-optional-object-attributes'
const LISTINGS = [
  ['ListObjects', ''],
  ['ListObjectsV2', 'list-type=2'],
  ['ListObjectVersions', 'versions='],
] as const

async function list(room: ArchiveRoom, query: string, attributes?: string) {
  const headers: Record<string, string> = attributes === undefined ? {} : { [ATTRIBUTE]: attributes }
  return room.request('GET', '', { query, headers })
}

/** `RestoreStatus` of each object listed, as `in progress, expiry`. */
function statusesOf(text: string): (string | undefined)[] {
  return [...text.matchAll(/<(Contents|Version)>(.*?)<\/\1>/gs)].map(([, , xml = '']) => {
    if (!xml.includes('<RestoreStatus>')) return undefined
    return [...xmlTexts(xml, 'IsRestoreInProgress'), ...xmlTexts(xml, 'RestoreExpiryDate')].join(', ')
  })
}

it.each(LISTINGS)('%s tells of restorations where it is asked to', async (_, query) => {
  await using room = await ArchiveRoom.open()
  await room.put('a-standard')
  for (const key of ['b-archived', 'c-ongoing', 'd-restored', 'e-over']) await room.putArchived(key)
  await room.restore('e-over', 1, 'Expedited')
  room.advanceDays(3)
  await room.restore('d-restored', 2, 'Expedited')
  await room.restore('c-ongoing', 1, 'Bulk')
  room.advanceHours(1)
  const statuses = [undefined, undefined, 'true', 'false, 2030-06-07T00:00:00.000Z', undefined]
  expect(statusesOf((await list(room, query, 'RestoreStatus')).text)).toEqual(statuses)
  expect((await list(room, query)).text).not.toContain('RestoreStatus')
  room.advanceHours(24)
  expect(statusesOf((await list(room, query, ' RestoreStatus ')).text)[2]).toMatch(/^false, /)
})

it.each(LISTINGS)('%s refuses attributes that there are not', async (_, query) => {
  await using room = await ArchiveRoom.open()
  for (const attributes of ['Colour', 'RestoreStatus,Colour', 'restorestatus']) {
    expectRefusal(await list(room, query, attributes), 400, 'InvalidArgument')
  }
  expectStatus(await list(room, query, 'RestoreStatus,RestoreStatus'))
})

it('delete markers have none', async () => {
  await using room = await ArchiveRoom.open()
  await room.putArchived('k')
  await room.restore('k', 1, 'Expedited')
  await room.request('DELETE', 'k')
  const { text } = await list(room, 'versions=', 'RestoreStatus')
  expect([statusesOf(text), text.match(/<DeleteMarker>/g)?.length]).toEqual([['true'], 1])
})

it('the SDK reads it', async () => {
  await using room = await ArchiveRoom.open()
  await room.putArchived('k')
  await room.restore('k', 1, 'Expedited')
  room.advanceHours(1)
  const client = s3Client(room.server, { systemClockOffset: room.now.getTime() - Date.now() })
  const asked = new ListObjectsV2Command({ Bucket: room.bucket, OptionalObjectAttributes: ['RestoreStatus'] })
  const { Contents } = await client.send(asked).finally(() => client.destroy())
  expect(Contents?.map(({ RestoreStatus }) => RestoreStatus)).toEqual([
    { IsRestoreInProgress: false, RestoreExpiryDate: new Date('2030-06-03T00:00:00Z') },
  ])
})
