import { afterAll, beforeAll, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { expectRefusal, expectStatus, TimeRoom } from '../../support/time-room.ts'
import { versionOf } from '../../support/versioning.ts'
import { lockRequests } from './lock-room.ts'

let room: TimeRoom
let lock: ReturnType<typeof lockRequests>
beforeAll(async () => {
  room = await TimeRoom.open({ lock: true })
  lock = lockRequests(room)
})
afterAll(() => room[Symbol.asyncDispose]())

it('holds a version until it is lifted; nobody bypasses it', async () => {
  const version = await room.put('k')
  expectStatus(await lock.hold('k', 'ON'))
  expectRefusal(await lock.remove('k', { version, bypass: true }), 403, 'AccessDenied')
  expectStatus(await lock.hold('k', 'OFF', { version }))
  expectStatus(await lock.remove('k', { version }), 204)
})

it('a hold and a retention are apart from each other', async () => {
  const version = await room.put('both')
  expectStatus(await lock.retain('both', 'GOVERNANCE', room.inDays(1)))
  expectStatus(await lock.hold('both', 'ON'))
  expectStatus(await lock.release('both', { bypass: true }))
  expectRefusal(await lock.remove('both', { version, bypass: true }), 403, 'AccessDenied')
  expectStatus(await lock.retain('both', 'COMPLIANCE', room.inDays(1)))
  expectStatus(await lock.hold('both', 'OFF'))
  expectRefusal(await lock.remove('both', { version, bypass: true }), 403, 'AccessDenied')
})

it('holds the version named alone', async () => {
  const old = await room.put('versions', 'old')
  const recent = await room.put('versions', 'recent')
  expectStatus(await lock.hold('versions', 'ON', { version: old }))
  expectStatus(await lock.remove('versions', { version: recent }), 204)
  expectRefusal(await lock.remove('versions', { version: old }), 403, 'AccessDenied')
})

it.each(['<LegalHold/>', '<LegalHold><Status>on</Status></LegalHold>', '<Hold/>'])('%s', async (body) => {
  await room.put('malformed')
  expectRefusal(await room.putDocument('malformed', 'legal-hold=', body), 400, 'MalformedXML')
})

it('answers for what is not there, and refuses strangers', async () => {
  expectRefusal(await lock.hold('never', 'ON'), 404, 'NoSuchKey')
  await room.put('gone')
  expectRefusal(await lock.hold('gone', 'ON', { credentials: otherCredentials }), 403, 'AccessDenied')
  const marker = versionOf(await lock.remove('gone'))
  expectRefusal(await lock.hold('gone', 'ON', { version: marker }), 405, 'MethodNotAllowed')
  await using plain = await TimeRoom.open()
  await plain.put('k')
  expectRefusal(await lockRequests(plain).hold('k', 'ON'), 400, 'InvalidRequest')
})
