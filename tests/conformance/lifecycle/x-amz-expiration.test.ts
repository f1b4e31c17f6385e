import { expect, it } from 'vitest'
import { bucketDocuments } from '../../../packages/server/src/metadata/tables/tables.ts'
import { inRange } from '../../support/in-range.ts'
import { ALL, expiration, LifecycleRoom, rule } from './lifecycle-room.ts'

it('PUT, GET, HEAD, copies and completed uploads tell when an object expires, and why', async () => {
  await using room = await LifecycleRoom.open()
  await room.setLifecycle(rule(ALL + expiration(10), 'a rule &amp; more'))
  const header = 'expiry-date="Wed, 12 Jun 2030 00:00:00 GMT", rule-id="a%20rule%20%26%20more"'
  const put = await room.request('PUT', 'k', { body: 'x' })
  const copied = await room.request('PUT', 'copy', { headers: { 'x-amz-copy-source': `${room.bucket}/k` } })
  const uploadId = await room.createUpload('parts')
  const completed = await room.completeUpload('parts', uploadId, [
    await room.putPart('parts', uploadId, 1, 'x'),
  ])
  const answers = [put, copied, completed, await room.request('GET', 'k'), await room.request('HEAD', 'k')]
  for (const { headers } of answers) expect(headers['x-amz-expiration']).toBe(header)
})

it('the rule that comes first is the one told; a date is told as it is', async () => {
  await using room = await LifecycleRoom.open()
  await room.setLifecycle(
    rule(ALL + expiration(10), 'ten'),
    rule(`${ALL}<Expiration><Date>2030-06-05T00:00:00Z</Date></Expiration>`, 'date'),
    rule(ALL + expiration(1), 'off', 'Disabled'),
    rule(`<Filter><Prefix>short/</Prefix></Filter>${expiration(1)}`, 'short'),
  )
  const told = async (key: string) => {
    await room.put(key)
    return (await room.request('HEAD', key)).headers['x-amz-expiration']
  }
  expect(await told('k')).toBe('expiry-date="Wed, 05 Jun 2030 00:00:00 GMT", rule-id="date"')
  expect(await told('short/k')).toBe('expiry-date="Mon, 03 Jun 2030 00:00:00 GMT", rule-id="short"')
})

it('nothing is told where no rule applies', async () => {
  await using room = await LifecycleRoom.open()
  await room.setLifecycle(rule(`<Filter><Prefix>logs/</Prefix></Filter>${expiration(1)}`))
  await room.put('k')
  expect((await room.request('HEAD', 'k')).headers['x-amz-expiration']).toBeUndefined()
})

it('nothing is told of a noncurrent version', async () => {
  await using room = await LifecycleRoom.open({ versioning: true })
  await room.setLifecycle(rule(ALL + expiration(10)))
  const old = await room.put('k')
  const newest = await room.put('k')
  const told = async (method: string, version: string) =>
    (await room.request(method, 'k', { query: `versionId=${version}` })).headers['x-amz-expiration']
  for (const method of ['HEAD', 'GET']) {
    expect(await told(method, newest)).toContain('rule-id="the-rule"')
    expect(await told(method, old)).toBeUndefined()
  }
  await room.request('DELETE', 'k')
  expect(await told('HEAD', newest)).toBeUndefined()
})

it('what was stored is 200 while the rules are being replaced', async () => {
  let isReplaced = false
  const isDocument = (key: Uint8Array): boolean => inRange(bucketDocuments.range(), key)
  await using room = await LifecycleRoom.open({
    wrapMetadata: (store) => ({
      get: (key) => (isReplaced && isDocument(key) ? undefined : store.get(key)),
      getMany: (keys) => store.getMany(keys),
      scan: (range) => store.scan(range),
      scanMany: (ranges) => store.scanMany(ranges),
      snapshot: () => store.snapshot(),
      commit(change) {
        // From here on: a worker that read them would keep them.
        isReplaced ||= change.put.some(({ key }) => isDocument(key))
        return store.commit(change)
      },
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    }),
  })
  await room.setLifecycle(rule(ALL + expiration(10)))
  const { status, headers } = await room.request('PUT', 'k', { body: 'x' })
  expect([status, headers['x-amz-expiration']]).toEqual([200, undefined])
})
