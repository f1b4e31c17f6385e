import { expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { expectRefusal, TimeRoom } from '../../support/time-room.ts'
import { defaultRetention } from './lock-room.ts'

it('a bucket without object lock has no configuration', async () => {
  await using room = await TimeRoom.open({ versioning: true })
  const answer = await room.request('GET', '', { query: 'object-lock=' })
  expectRefusal(answer, 404, 'ObjectLockConfigurationNotFoundError')
})

it('gives the document as it was put', async () => {
  await using room = await TimeRoom.open({ lock: true })
  const body = defaultRetention('<Mode>GOVERNANCE</Mode><Days>3</Days>')
  await room.putDocument('', 'object-lock=', body)
  const { text } = await room.request('GET', '', { query: 'object-lock=' })
  expect(text.replace(/^<\?xml.*?\?>\s*/, '')).toBe(body)
  const parts = { query: 'object-lock=', credentials: otherCredentials }
  expectRefusal(await room.request('GET', '', parts), 403, 'AccessDenied')
})
