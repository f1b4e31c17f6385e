import { expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { expectRefusal, TimeRoom } from '../../support/time-room.ts'
import { tagDocument, tagsOf } from './tag-documents.ts'

it('gives the tags; a bucket without any has NoSuchTagSet', async () => {
  await using room = await TimeRoom.open()
  const get = () => room.request('GET', '', { query: 'tagging=' })
  expectRefusal(await get(), 404, 'NoSuchTagSet')
  await room.putDocument('', 'tagging=', tagDocument([['a', '']]))
  expect(tagsOf(await get())).toEqual([['a', '']])
  const parts = { query: 'tagging=', credentials: otherCredentials }
  expectRefusal(await room.request('GET', '', parts), 403, 'AccessDenied')
})
