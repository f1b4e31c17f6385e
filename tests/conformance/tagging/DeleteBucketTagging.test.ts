import { expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { expectRefusal, expectStatus, TimeRoom } from '../../support/time-room.ts'
import { tagDocument } from './tag-documents.ts'

it('takes the tags of a bucket away; once more changes nothing', async () => {
  await using room = await TimeRoom.open()
  await room.putDocument('', 'tagging=', tagDocument([['a', '1']]))
  const parts = { query: 'tagging=', credentials: otherCredentials }
  expectRefusal(await room.request('DELETE', '', parts), 403, 'AccessDenied')
  for (let time = 0; time < 2; time++) {
    expectStatus(await room.request('DELETE', '', { query: 'tagging=' }), 204)
    expectRefusal(await room.request('GET', '', { query: 'tagging=' }), 404, 'NoSuchTagSet')
  }
  expect((await room.request('HEAD', '')).status).toBe(200)
})
