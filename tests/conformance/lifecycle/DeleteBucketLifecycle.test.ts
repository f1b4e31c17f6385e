import { expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { expectRefusal, expectStatus } from '../../support/time-room.ts'
import { ALL, expiration, LifecycleRoom, rule } from './lifecycle-room.ts'

it('ends the rules: nothing more expires, and no answer announces it', async () => {
  await using room = await LifecycleRoom.open()
  await room.setLifecycle(rule(ALL + expiration(1)))
  await room.put('k')
  const stranger = { query: 'lifecycle=', credentials: otherCredentials }
  expectRefusal(await room.request('DELETE', '', stranger), 403, 'AccessDenied')
  for (let time = 0; time < 2; time++) {
    expectStatus(await room.request('DELETE', '', { query: 'lifecycle=' }), 204)
  }
  const get = await room.request('GET', '', { query: 'lifecycle=' })
  expectRefusal(get, 404, 'NoSuchLifecycleConfiguration')
  expect((await room.request('HEAD', 'k')).headers['x-amz-expiration']).toBeUndefined()
  await room.afterDays(10)
  expect(await room.keys()).toEqual(['k'])
})
