import { describe, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { xmlTexts } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { expectRefusal, expectStatus, TimeRoom } from '../../support/time-room.ts'
import { versionOf } from '../../support/versioning.ts'
import { allowOther, lockConfiguration, lockRequests } from './lock-room.ts'

async function lockedRoom(): Promise<{
  room: TimeRoom
  lock: ReturnType<typeof lockRequests>
  version: string
}> {
  const room = await TimeRoom.open({ lock: true })
  const lock = lockRequests(room)
  return { room, lock, version: await room.put('k') }
}

describe('DeleteObject', () => {
  it('of a locked version is refused; the version stays readable', async () => {
    const { room, lock, version } = await lockedRoom()
    await using _ = room
    await lock.retain('k', 'COMPLIANCE', room.inDays(1))
    for (const bypass of [false, true]) {
      expectRefusal(await lock.remove('k', { version, bypass }), 403, 'AccessDenied')
    }
    expect((await room.request('GET', 'k', { query: `versionId=${version}` })).text).toBe('k')
  })

  it('governance is bypassed with permission and header together', async () => {
    const { room, lock, version } = await lockedRoom()
    await using _ = room
    await lock.retain('k', 'GOVERNANCE', room.inDays(1))
    expectRefusal(await lock.remove('k', { version }), 403, 'AccessDenied')
    const other = { version, credentials: otherCredentials }
    const allow = (actions: readonly string[]) =>
      room.putDocument('', 'policy=', allowOther(room.bucket, actions))
    await allow(['s3:DeleteObject', 's3:DeleteObjectVersion'])
    expectRefusal(await lock.remove('k', { ...other, bypass: true }), 403, 'AccessDenied')
    await allow(['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention'])
    expectRefusal(await lock.remove('k', other), 403, 'AccessDenied')
    expectStatus(await lock.remove('k', { ...other, bypass: true }), 204)
    expect(await room.versions()).toEqual([])
  })

  it('without a version hides what is locked, and the marker may go', async () => {
    const { room, lock, version } = await lockedRoom()
    await using _ = room
    await lock.retain('k', 'COMPLIANCE', room.inDays(1))
    const marker = await lock.remove('k')
    expect([marker.status, marker.headers['x-amz-delete-marker']]).toEqual([204, 'true'])
    expectRefusal(await room.request('GET', 'k'), 404, 'NoSuchKey')
    expectRefusal(await lock.remove('k', { version }), 403, 'AccessDenied')
    expectStatus(await lock.remove('k', { version: versionOf(marker) }), 204)
    expect((await room.request('GET', 'k')).text).toBe('k')
  })

  it('is allowed on the moment when the retention is over', async () => {
    const { room, lock, version } = await lockedRoom()
    await using _ = room
    await lock.retain('k', 'COMPLIANCE', room.inDays(1))
    room.advanceDays(0.99)
    expectRefusal(await lock.remove('k', { version }), 403, 'AccessDenied')
    room.advanceDays(0.02)
    expectStatus(await lock.remove('k', { version }), 204)
  })

  it('a clock set back ends no retention', async () => {
    const { room, lock, version } = await lockedRoom()
    await using _ = room
    const until = room.inDays(2)
    await lock.retain('k', 'COMPLIANCE', until)
    room.advanceDays(-400)
    expectRefusal(await lock.remove('k', { version, bypass: true }), 403, 'AccessDenied')
    // A date that lies ahead of that clock but before the promise is a shorter promise.
    expectRefusal(await lock.retain('k', 'COMPLIANCE', room.inDays(3), { version }), 403, 'AccessDenied')
    expectRefusal(await lock.release('k', { version, bypass: true }), 403, 'AccessDenied')
    expect(await lock.retention('k', version)).toEqual(['COMPLIANCE', until])
    room.advanceDays(400)
    expectRefusal(await lock.remove('k', { version }), 403, 'AccessDenied')
  })
})

it('DeleteObjects answers for each key alone', async () => {
  const { room, lock, version } = await lockedRoom()
  await using _ = room
  const free = await room.put('free')
  const governed = await room.put('governed')
  await lock.hold('k', 'ON')
  await lock.retain('governed', 'GOVERNANCE', room.inDays(1))
  const objects = [
    ['k', version],
    ['free', free],
    ['governed', governed],
  ].map(([key, id]) => `<Object><Key>${key}</Key><VersionId>${id}</VersionId></Object>`)
  const body = `<Delete>${objects.join('')}</Delete>`
  const send = (headers: Record<string, string>) =>
    room.request('POST', '', {
      query: 'delete=',
      body,
      headers: { 'content-md5': referenceChecksum('MD5', body), ...headers },
    })
  const first = await send({})
  const deleted = /<Deleted>.*?<\/Deleted>/gs
  expect((first.text.match(deleted) ?? []).map((xml) => xmlTexts(xml, 'Key')[0])).toEqual(['free'])
  expect(xmlTexts(first.text, 'Code')).toEqual(['AccessDenied', 'AccessDenied'])
  const second = await send({ 'x-amz-bypass-governance-retention': 'true' })
  expect(xmlTexts(second.text, 'Code')).toEqual(['AccessDenied'])
  expect((await room.versions()).map(({ key }) => key)).toEqual(['k'])
})

it('a new version takes the place of a locked one, which stays', async () => {
  const { room, lock, version } = await lockedRoom()
  await using _ = room
  await lock.retain('k', 'COMPLIANCE', room.inDays(1))
  await room.put('k', 'newer')
  expect((await room.request('GET', 'k')).text).toBe('newer')
  expect((await room.request('GET', 'k', { query: `versionId=${version}` })).text).toBe('k')
})

it('a null version of before object lock is protected too, and versioning cannot be suspended over it', async () => {
  await using room = await TimeRoom.open()
  await room.put('old', 'from before')
  await room.setVersioning('Enabled')
  expectStatus(await room.putDocument('', 'object-lock=', lockConfiguration()))
  const lock = lockRequests(room)
  expectStatus(await lock.retain('old', 'COMPLIANCE', room.inDays(1), { version: 'null' }))
  expectRefusal(await room.setVersioning('Suspended'), 409, 'InvalidBucketState')
  await room.put('old', 'newer')
  expectRefusal(await lock.remove('old', { version: 'null' }), 403, 'AccessDenied')
  expect((await room.request('GET', 'old', { query: 'versionId=null' })).text).toBe('from before')
})

it('a bucket with a locked version is not deleted', async () => {
  const { room, lock } = await lockedRoom()
  await using _ = room
  await lock.hold('k', 'ON')
  expectStatus(await lock.remove('k'), 204)
  expectRefusal(await room.request('DELETE', ''), 409, 'BucketNotEmpty')
})

it('tags of a locked version may change: they are not its data', async () => {
  const { room, lock } = await lockedRoom()
  await using _ = room
  await lock.retain('k', 'COMPLIANCE', room.inDays(1))
  const body = '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>'
  expectStatus(await room.putDocument('k', 'tagging=', body))
})
