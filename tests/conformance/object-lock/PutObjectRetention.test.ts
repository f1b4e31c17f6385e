import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { expectRefusal, expectStatus, TimeRoom } from '../../support/time-room.ts'
import { versionOf } from '../../support/versioning.ts'
import { allowOther, lockRequests, retentionDocument } from './lock-room.ts'

let room: TimeRoom
let lock: ReturnType<typeof lockRequests>
beforeAll(async () => {
  room = await TimeRoom.open({ lock: true })
  lock = lockRequests(room)
})
afterAll(() => room[Symbol.asyncDispose]())

it('retains the newest version or the one named', async () => {
  const old = await room.put('k', 'old')
  const recent = await room.put('k', 'recent')
  const [one, two] = [room.inDays(1), room.inDays(2)]
  const answer = await lock.retain('k', 'GOVERNANCE', one)
  expect([answer.status, answer.text]).toEqual([200, ''])
  expectStatus(await lock.retain('k', 'COMPLIANCE', two, { version: old }))
  expect(await lock.retention('k', recent)).toEqual(['GOVERNANCE', one])
  expect(await lock.retention('k', old)).toEqual(['COMPLIANCE', two])
})

/** From, to, and whether it takes the bypass: `never` is refused even then. */
const changes = [
  ['GOVERNANCE', 2, 'GOVERNANCE', 3, 'allowed'],
  ['GOVERNANCE', 2, 'GOVERNANCE', 2, 'allowed'],
  ['GOVERNANCE', 2, 'GOVERNANCE', 1, 'bypass'],
  ['GOVERNANCE', 2, 'COMPLIANCE', 2, 'bypass'],
  ['GOVERNANCE', 2, 'COMPLIANCE', 3, 'bypass'],
  ['GOVERNANCE', 2, 'COMPLIANCE', 1, 'bypass'],
  ['GOVERNANCE', 2, undefined, 0, 'bypass'],
  ['COMPLIANCE', 2, 'COMPLIANCE', 3, 'allowed'],
  ['COMPLIANCE', 2, 'COMPLIANCE', 1, 'never'],
  ['COMPLIANCE', 2, 'GOVERNANCE', 2, 'never'],
  ['COMPLIANCE', 2, 'GOVERNANCE', 3, 'never'],
  ['COMPLIANCE', 2, undefined, 0, 'never'],
] as const

describe.each(changes)('from %s for %i days to %s for %i', (from, days, to, newDays, verdict) => {
  for (const bypass of [false, true]) {
    const succeeds = verdict === 'allowed' || (verdict === 'bypass' && bypass)
    it(`${bypass ? 'with' : 'without'} the bypass is ${succeeds ? 'done' : 'refused'}`, async () => {
      const version = await room.put('changes')
      const [until, newUntil] = [room.inDays(days), room.inDays(newDays)]
      expectStatus(await lock.retain('changes', from, until))
      const options = { bypass, version }
      const answer = to
        ? await lock.retain('changes', to, newUntil, options)
        : await lock.release('changes', options)
      if (succeeds) expectStatus(answer)
      else expectRefusal(answer, 403, 'AccessDenied')
      const now = !succeeds ? [from, until] : to ? [to, newUntil] : 'NoSuchObjectLockConfiguration'
      expect(await lock.retention('changes', version)).toEqual(now)
    })
  }
})

it('a retention that is over may become anything', async () => {
  const version = await room.put('over')
  expectStatus(await lock.retain('over', 'COMPLIANCE', room.inDays(1)))
  room.advanceDays(1.5)
  expect((await lock.retention('over', version))[0]).toBe('COMPLIANCE')
  expectStatus(await lock.retain('over', 'GOVERNANCE', room.inDays(0.5), { version }))
  expectStatus(await lock.release('over', { version, bypass: true }))
})

it('the bypass is a permission and a header: one alone does nothing', async () => {
  const version = await room.put('bypassed')
  expectStatus(await lock.retain('bypassed', 'GOVERNANCE', room.inDays(5)))
  const other = { version, credentials: otherCredentials }
  const allow = (actions: readonly string[]) =>
    room.putDocument('', 'policy=', allowOther(room.bucket, actions))
  await allow(['s3:PutObjectRetention'])
  const shorter = room.inDays(1)
  expectRefusal(
    await lock.retain('bypassed', 'GOVERNANCE', shorter, { ...other, bypass: true }),
    403,
    'AccessDenied',
  )
  await allow(['s3:BypassGovernanceRetention'])
  expectRefusal(
    await lock.retain('bypassed', 'GOVERNANCE', shorter, { ...other, bypass: true }),
    403,
    'AccessDenied',
  )
  await allow(['s3:PutObjectRetention', 's3:BypassGovernanceRetention'])
  expectRefusal(await lock.retain('bypassed', 'GOVERNANCE', shorter, other), 403, 'AccessDenied')
  expectStatus(await lock.retain('bypassed', 'GOVERNANCE', shorter, { ...other, bypass: true }))
  await room.request('DELETE', '', { query: 'policy=' })
})

it.each([
  ['a date that is past', () => retentionDocument('GOVERNANCE', room.inDays(-1)), 'InvalidArgument'],
  ['a date that is no date', () => retentionDocument('GOVERNANCE', 'tomorrow'), 'MalformedXML'],
  ['an unknown mode', () => retentionDocument('MILD', room.inDays(1)), 'MalformedXML'],
  ['a mode alone', () => '<Retention><Mode>GOVERNANCE</Mode></Retention>', 'MalformedXML'],
  [
    'a date alone',
    () => `<Retention><RetainUntilDate>${room.inDays(1)}</RetainUntilDate></Retention>`,
    'MalformedXML',
  ],
  ['no XML', () => 'forever', 'MalformedXML'],
])('%s is refused', async (_, body, code) => {
  await room.put('refused')
  expectRefusal(await room.putDocument('refused', 'retention=', body()), 400, code)
  expect(await lock.retention('refused')).toBe('NoSuchObjectLockConfiguration')
})

it('answers for what is not there', async () => {
  const until = room.inDays(1)
  expectRefusal(await lock.retain('never', 'GOVERNANCE', until), 404, 'NoSuchKey')
  await room.put('gone')
  const version = 'f'.repeat(32)
  expectRefusal(await lock.retain('gone', 'GOVERNANCE', until, { version }), 404, 'NoSuchVersion')
  const marker = versionOf(await room.request('DELETE', 'gone')) ?? ''
  const answer = await lock.retain('gone', 'GOVERNANCE', until, { version: marker })
  expectRefusal(answer, 405, 'MethodNotAllowed')
})

it('a bucket without object lock takes none', async () => {
  await using plain = await TimeRoom.open({ versioning: true })
  await plain.put('k')
  const answer = await lockRequests(plain).retain('k', 'GOVERNANCE', plain.inDays(1))
  expectRefusal(answer, 400, 'InvalidRequest')
})
