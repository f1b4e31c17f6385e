import { expect, it } from 'vitest'
import { rawRequest } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { expectStatus } from '../../support/time-room.ts'
import { ALL, expiration, LifecycleRoom, noncurrentExpiration, rule } from '../lifecycle/lifecycle-room.ts'

/** By a role that is not there, so that nothing is ever replicated. */
const CONFIGURATION =
  '<ReplicationConfiguration><Role>arn:aws:iam::100000000001:role/nobody</Role><Rule><Status>Enabled</Status><Prefix>held</Prefix><Destination><Bucket>arn:aws:s3:::destination</Bucket></Destination></Rule></ReplicationConfiguration>'
const VERSIONING = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
const TO_IA = '<Transition><Days>1</Days><StorageClass>GLACIER</StorageClass></Transition>'
const TAG = '<Filter><Tag><Key>class</Key><Value>cold</Value></Tag></Filter>'

it('nothing expires or changes its class that could not be replicated, as long as there are rules', async () => {
  await using room = await LifecycleRoom.open({ versioning: true })
  const { server, now: date } = room
  const path = '/destination'
  expectStatus(await rawRequest(server, { method: 'PUT', path, date }))
  const headers = { 'content-md5': referenceChecksum('MD5', VERSIONING) }
  const query = 'versioning='
  expectStatus(await rawRequest(server, { method: 'PUT', path, date, query, headers, body: VERSIONING }))
  expectStatus(await room.putDocument('', 'replication=', CONFIGURATION))
  for (const key of ['held', 'held', 'free', 'free']) await room.put(key)
  const body = 'x'.repeat(200_000)
  const cold = { headers: { 'x-amz-tagging': 'class=cold' }, body }
  for (const key of ['held-cold', 'free-cold']) expectStatus(await room.request('PUT', key, cold))
  await server.settle()
  const status = async (key: string) => (await room.request('HEAD', key)).headers['x-amz-replication-status']
  expect([await status('held'), await status('free')]).toEqual(['FAILED', undefined])
  const onlyPlain = (name: string) => `<Filter><Prefix>${name}</Prefix></Filter>`
  await room.setLifecycle(
    rule(onlyPlain('held') + noncurrentExpiration(1), 'a'),
    rule(onlyPlain('free') + noncurrentExpiration(1), 'b'),
    rule(TAG + TO_IA, 'c'),
  )
  await room.afterDays(3)
  const classOf = async (key: string) => (await room.request('HEAD', key)).headers['x-amz-storage-class']
  expect([await room.counts('held'), await room.counts('free')]).toEqual([
    { versions: 2, markers: 0 },
    { versions: 1, markers: 0 },
  ])
  expect([await classOf('held-cold'), await classOf('free-cold')]).toEqual([undefined, 'GLACIER'])
  await room.setLifecycle(rule(ALL + expiration(1)))
  await room.afterDays(2)
  expect([await room.counts('held'), await room.counts('free')]).toEqual([
    { versions: 2, markers: 0 },
    { versions: 1, markers: 1 },
  ])
  expectStatus(await room.request('DELETE', '', { query: 'replication=' }), 204)
  await room.afterDays(1)
  expect(await room.counts('held')).toEqual({ versions: 2, markers: 1 })
})
