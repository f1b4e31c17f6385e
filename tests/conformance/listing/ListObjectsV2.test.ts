import { ListObjectsV2Command, paginateListObjectsV2 } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { mainAccount } from '../../support/accounts.ts'
import { expectError, sdkError } from '../objects/object-room.ts'
import { ListingRoom, textOf } from './listing-room.ts'
import { describeListing } from './listing.suite.ts'

const base = { 'list-type': 2 }

describeListing({
  base,
  after: 'start-after',
  next: 'continuation-token',
  nextElement: 'NextContinuationToken',
})

it('names owners only where it is asked to', async () => {
  await using room = await ListingRoom.open(['key'])
  expect((await room.page(base)).text).not.toContain('<Owner>')
  expect((await room.page({ ...base, 'fetch-owner': 'false' })).text).not.toContain('<Owner>')
  const answer = await room.page({ ...base, 'fetch-owner': 'true' })
  expect(textOf(answer, 'ID')).toBe(mainAccount.canonicalId)
})

it('counts keys and common prefixes together', async () => {
  await using room = await ListingRoom.open(['a', 'b/1', 'b/2', 'c'])
  const counted = async (parameters: object): Promise<string | undefined> =>
    textOf(await room.page({ ...base, ...parameters }), 'KeyCount')
  expect(await counted({})).toBe('4')
  expect(await counted({ delimiter: '/' })).toBe('3')
  expect(await counted({ 'max-keys': 2 })).toBe('2')
  expect(await counted({ 'max-keys': 0 })).toBe('0')
  expect(await counted({ prefix: 'none' })).toBe('0')
})

describe('continuation-token', () => {
  it('comes back, and wins over start-after', async () => {
    await using room = await ListingRoom.open(['a', 'b', 'c', 'd'])
    const first = await room.page({ ...base, 'max-keys': 1, 'start-after': 'a' })
    const token = textOf(first, 'NextContinuationToken')
    const answer = await room.page({ ...base, 'continuation-token': token, 'start-after': 'c' })
    expect([textOf(answer, 'ContinuationToken'), textOf(answer, 'StartAfter')]).toEqual([token, 'c'])
    expect(await room.keys({ ...base, 'continuation-token': token, 'start-after': 'c' })).toEqual(['c', 'd'])
  })

  it('goes on behind a key that is gone', async () => {
    await using room = await ListingRoom.open(['b', 'c'])
    const first = await room.page({ ...base, 'max-keys': 1 })
    await room.put(['a', 'bb'])
    const token = textOf(first, 'NextContinuationToken')
    expect(await room.keys({ ...base, 'continuation-token': token })).toEqual(['bb', 'c'])
  })

  it.each(['', 'garbage', '%00', 'a b', '1', 'AAAA', 'MQ==', '\u{1f389}', `MW${'FB'.repeat(3000)}`])(
    'that is none is refused: %#',
    async (token) => {
      await using room = await ListingRoom.open(['a'])
      const answer = await room.list({ ...base, 'continuation-token': token })
      const element = expectError(answer, 400, 'InvalidArgument')
      expect([element('ArgumentName'), element('ArgumentValue')]).toEqual(['continuation-token', token])
    },
  )
})

it('of another type than 2 is the first version', async () => {
  await using room = await ListingRoom.open(['a'])
  expect((await room.page({ 'list-type': 1 })).text).toContain('<Marker>')
})

it('goes through the SDK and its paginator', async () => {
  const keys = Array.from({ length: 25 }, (_, index) => `key-${String(index).padStart(2, '0')}`)
  await using room = await ListingRoom.open([...keys, 'z/1', 'z/2'])
  const pages = paginateListObjectsV2(
    { client: room.client, pageSize: 4 },
    { Bucket: room.bucket, Delimiter: '/' },
  )
  const seen: (string | undefined)[] = []
  for await (const { Contents, CommonPrefixes } of pages) {
    seen.push(
      ...(Contents ?? []).map(({ Key }) => Key),
      ...(CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
    )
  }
  expect(seen).toEqual([...keys, 'z/'])
  const missing = room.client.send(new ListObjectsV2Command({ Bucket: 'no-such-bucket' }))
  expect(await sdkError(missing)).toEqual([404, 'NoSuchBucket'])
})
