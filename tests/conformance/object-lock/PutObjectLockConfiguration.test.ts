import { expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { xmlTexts } from '../../support/raw-request.ts'
import { expectRefusal, expectStatus, TimeRoom } from '../../support/time-room.ts'
import { defaultRetention, lockConfiguration, lockHeadersOf } from './lock-room.ts'

it('a bucket created with object lock has versioning and a configuration without a rule', async () => {
  await using room = await TimeRoom.open({ lock: true })
  const versioning = await room.request('GET', '', { query: 'versioning=' })
  expect(xmlTexts(versioning.text, 'Status')).toEqual(['Enabled'])
  const lock = await room.request('GET', '', { query: 'object-lock=' })
  expect(xmlTexts(lock.text, 'ObjectLockEnabled')).toEqual(['Enabled'])
  expect(lock.text).not.toContain('<Rule>')
})

it.each([
  ['Days', 1],
  ['Days', 36_500],
  ['Years', 1],
  ['Years', 100],
])('a default of %s %i is kept and comes back', async (unit, period) => {
  await using room = await TimeRoom.open({ lock: true })
  const body = defaultRetention(`<Mode>COMPLIANCE</Mode><${unit}>${period}</${unit}>`)
  const answer = await room.putDocument('', 'object-lock=', body)
  expect([answer.status, answer.text]).toEqual([200, ''])
  const { text } = await room.request('GET', '', { query: 'object-lock=' })
  expect([xmlTexts(text, 'Mode'), xmlTexts(text, unit)]).toEqual([['COMPLIANCE'], [String(period)]])
})

it('new versions get the default: days by 24 hours, years by the calendar', async () => {
  await using room = await TimeRoom.open({ lock: true })
  room.server.clock.set(new Date('2028-02-29T10:00:00Z'))
  const set = (inner: string) => room.putDocument('', 'object-lock=', defaultRetention(inner))
  await room.put('before')
  expectStatus(await set('<Mode>GOVERNANCE</Mode><Days>30</Days>'))
  const until = async (key: string) => {
    const [mode, date] = lockHeadersOf(await room.request('HEAD', key))
    return [mode, String(date).slice(0, 16)]
  }
  await room.put('days')
  expect(await until('days')).toEqual(['GOVERNANCE', '2028-03-30T10:00'])
  expectStatus(await set('<Mode>COMPLIANCE</Mode><Years>1</Years>'))
  await room.put('years')
  expect(await until('years')).toEqual(['COMPLIANCE', '2029-03-01T10:00'])
  await room.put('own', 'x', {
    'x-amz-object-lock-mode': 'GOVERNANCE',
    'x-amz-object-lock-retain-until-date': '2028-03-05T10:00:00Z',
  })
  expect(await until('own')).toEqual(['GOVERNANCE', '2028-03-05T10:00'])
  // The rule goes, what it did stays.
  expectStatus(await room.putDocument('', 'object-lock=', lockConfiguration()))
  await room.put('after')
  expect(lockHeadersOf(await room.request('HEAD', 'after'))).toEqual([undefined, undefined, undefined])
  expect(lockHeadersOf(await room.request('HEAD', 'before'))[0]).toBeUndefined()
  expect((await until('days'))[0]).toBe('GOVERNANCE')
})

it.each([
  ['no mode', '<Days>1</Days>', 'MalformedXML'],
  ['an unknown mode', '<Mode>MILD</Mode><Days>1</Days>', 'MalformedXML'],
  ['no period', '<Mode>COMPLIANCE</Mode>', 'MalformedXML'],
  ['two periods', '<Mode>COMPLIANCE</Mode><Days>1</Days><Years>1</Years>', 'MalformedXML'],
  ['no days', '<Mode>COMPLIANCE</Mode><Days>0</Days>', 'InvalidArgument'],
  ['negative days', '<Mode>COMPLIANCE</Mode><Days>-1</Days>', 'InvalidArgument'],
  ['too many days', '<Mode>COMPLIANCE</Mode><Days>36501</Days>', 'InvalidArgument'],
  ['no years', '<Mode>COMPLIANCE</Mode><Years>0</Years>', 'InvalidArgument'],
  ['too many years', '<Mode>COMPLIANCE</Mode><Years>101</Years>', 'InvalidArgument'],
])('a default with %s is refused', async (_, inner, code) => {
  await using room = await TimeRoom.open({ lock: true })
  expectRefusal(await room.putDocument('', 'object-lock=', defaultRetention(inner)), 400, code)
})

it.each([
  [
    'Disabled',
    '<ObjectLockConfiguration><ObjectLockEnabled>Disabled</ObjectLockEnabled></ObjectLockConfiguration>',
  ],
  ['absent', '<ObjectLockConfiguration/>'],
  ['with an empty rule', lockConfiguration('<Rule/>')],
])('%s is MalformedXML', async (_, body) => {
  await using room = await TimeRoom.open({ lock: true })
  expectRefusal(await room.putDocument('', 'object-lock=', body), 400, 'MalformedXML')
})

it('an existing bucket gets object lock once it has versioning, and for good', async () => {
  await using room = await TimeRoom.open()
  const put = () => room.putDocument('', 'object-lock=', lockConfiguration())
  expectRefusal(await put(), 409, 'InvalidBucketState')
  expectStatus(await room.setVersioning('Enabled'))
  expectStatus(await room.setVersioning('Suspended'))
  expectRefusal(await put(), 409, 'InvalidBucketState')
  expectStatus(await room.setVersioning('Enabled'))
  expectStatus(await put())
  expectRefusal(await room.setVersioning('Suspended'), 409, 'InvalidBucketState')
  expectStatus(await room.setVersioning('Enabled'))
})

it('is refused to strangers, and without a digest', async () => {
  await using room = await TimeRoom.open({ lock: true })
  const body = lockConfiguration()
  const parts = { credentials: otherCredentials }
  expectRefusal(await room.putDocument('', 'object-lock=', body, parts), 403, 'AccessDenied')
  expectRefusal(await room.request('PUT', '', { query: 'object-lock=', body }), 400, 'InvalidRequest')
})
