import { ListObjectsCommand } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { mainAccount } from '../../support/accounts.ts'
import { sdkError } from '../objects/object-room.ts'
import { ListingRoom, textOf } from './listing-room.ts'
import { describeListing } from './listing.suite.ts'

describeListing({ base: {}, after: 'marker', next: 'marker', nextElement: 'NextMarker' })

it('names the owner of each object', async () => {
  await using room = await ListingRoom.open(['key'])
  const answer = await room.page({})
  expect(textOf(answer, 'ID')).toBe(mainAccount.canonicalId)
  expect(textOf(answer, 'DisplayName')).toBe(mainAccount.displayName)
})

it('says how to go on only where there is a delimiter', async () => {
  await using room = await ListingRoom.open(['a', 'b/c', 'd'])
  expect(textOf(await room.page({ 'max-keys': 1 }), 'NextMarker')).toBeUndefined()
  expect(textOf(await room.page({ 'max-keys': 1, delimiter: '/' }), 'NextMarker')).toBe('a')
  const second = await room.page({ 'max-keys': 1, delimiter: '/', marker: 'a' })
  expect(textOf(second, 'NextMarker')).toBe('b/')
  const last = await room.page({ 'max-keys': 1, delimiter: '/', marker: 'b/' })
  expect([textOf(last, 'Key'), textOf(last, 'IsTruncated')]).toEqual(['d', 'false'])
  expect(textOf(last, 'NextMarker')).toBeUndefined()
})

it('encodes where to go on', async () => {
  await using room = await ListingRoom.open(['é /1', 'é /2', 'ž'])
  const query = { 'max-keys': 1, delimiter: '/', 'encoding-type': 'url' }
  expect(textOf(await room.page(query), 'NextMarker')).toBe('%C3%A9+/')
})

it('goes through the SDK', async () => {
  await using room = await ListingRoom.open(['a', 'b/c'])
  const found = await room.client.send(new ListObjectsCommand({ Bucket: room.bucket, Delimiter: '/' }))
  expect(found.Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([['a', 1]])
  expect(found.CommonPrefixes).toEqual([{ Prefix: 'b/' }])
  expect([found.IsTruncated, found.MaxKeys, found.Marker]).toEqual([false, 1000, ''])
  const missing = room.client.send(new ListObjectsCommand({ Bucket: 'no-such-bucket' }))
  expect(await sdkError(missing)).toEqual([404, 'NoSuchBucket'])
})
