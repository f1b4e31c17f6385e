import { expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { expectRefusal, TimeRoom } from '../../support/time-room.ts'
import { versionOf } from '../../support/versioning.ts'
import { allowOther, lockHeadersOf, lockRequests } from './lock-room.ts'

it('tells mode and date of a version, in the headers too', async () => {
  await using room = await TimeRoom.open({ lock: true })
  const lock = lockRequests(room)
  const version = await room.put('k')
  expect(await lock.retention('k')).toBe('NoSuchObjectLockConfiguration')
  const until = room.inDays(3)
  await lock.retain('k', 'GOVERNANCE', until)
  expect(await lock.retention('k')).toEqual(['GOVERNANCE', until])
  for (const method of ['GET', 'HEAD']) {
    const [mode, date] = lockHeadersOf(await room.request(method, 'k'))
    expect([mode, new Date(String(date)).toISOString()]).toEqual(['GOVERNANCE', until])
  }
  await room.put('k', 'newer')
  expect(await lock.retention('k')).toBe('NoSuchObjectLockConfiguration')
  expect(await lock.retention('k', version)).toEqual(['GOVERNANCE', until])
})

it('answers for what is not there', async () => {
  await using room = await TimeRoom.open({ lock: true })
  const lock = lockRequests(room)
  expect(await lock.retention('never')).toBe('NoSuchKey')
  await room.put('k')
  expect(await lock.retention('k', 'f'.repeat(32))).toBe('NoSuchVersion')
  const marker = versionOf(await lock.remove('k'))
  expect(await lock.retention('k', marker)).toBe('MethodNotAllowed')
  await using plain = await TimeRoom.open()
  await plain.put('k')
  expect(await lockRequests(plain).retention('k')).toBe('InvalidRequest')
})

it('takes a permission; without it the headers are silent too', async () => {
  await using room = await TimeRoom.open({ lock: true })
  const lock = lockRequests(room)
  await room.put('k')
  await lock.retain('k', 'GOVERNANCE', room.inDays(3))
  await lock.hold('k', 'ON')
  const credentials = otherCredentials
  const allow = (actions: readonly string[]) =>
    room.putDocument('', 'policy=', allowOther(room.bucket, actions))
  await allow(['s3:GetObject'])
  expectRefusal(await room.request('GET', 'k', { query: 'retention=', credentials }), 403, 'AccessDenied')
  expectRefusal(await room.request('GET', 'k', { query: 'legal-hold=', credentials }), 403, 'AccessDenied')
  const shown = async () => lockHeadersOf(await room.request('HEAD', 'k', { credentials })).map(Boolean)
  expect(await shown()).toEqual([false, false, false])
  await allow(['s3:GetObject', 's3:GetObjectRetention'])
  expect(await shown()).toEqual([true, true, false])
  await allow(['s3:GetObject', 's3:GetObjectLegalHold'])
  expect(await shown()).toEqual([false, false, true])
})
