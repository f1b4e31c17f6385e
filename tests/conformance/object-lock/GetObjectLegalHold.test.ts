import { expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { expectRefusal, expectStatus, TimeRoom } from '../../support/time-room.ts'
import { lockHeadersOf, lockRequests } from './lock-room.ts'

it('tells ON and OFF, and nothing where it was never said', async () => {
  await using room = await TimeRoom.open({ lock: true })
  const lock = lockRequests(room)
  const get = async (): Promise<string | undefined> => {
    const answer = await room.request('GET', 'told', { query: 'legal-hold=' })
    return answer.errorCode ?? xmlTexts(answer.text, 'Status')[0]
  }
  await room.put('told')
  expect(await get()).toBe('NoSuchObjectLockConfiguration')
  expect(lockHeadersOf(await room.request('HEAD', 'told'))[2]).toBeUndefined()
  for (const status of ['ON', 'OFF'] as const) {
    expectStatus(await lock.hold('told', status))
    expect(await get()).toBe(status)
    expect(lockHeadersOf(await room.request('HEAD', 'told'))[2]).toBe(status)
  }
})

it('answers for what is not there', async () => {
  await using room = await TimeRoom.open({ lock: true })
  const get = (key: string, version = '') =>
    room.request('GET', key, { query: `legal-hold=${version && `&versionId=${version}`}` })
  expectRefusal(await get('never'), 404, 'NoSuchKey')
  await room.put('k')
  expectRefusal(await get('k', 'f'.repeat(32)), 404, 'NoSuchVersion')
  await using plain = await TimeRoom.open()
  await plain.put('k')
  expectRefusal(await plain.request('GET', 'k', { query: 'legal-hold=' }), 400, 'InvalidRequest')
})
