import { expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { expectRefusal } from '../../support/time-room.ts'
import { lifecycleDocument, LifecycleRoom, rule } from './lifecycle-room.ts'

it('gives the rules as they were put; a bucket without any has NoSuchLifecycleConfiguration', async () => {
  await using room = await LifecycleRoom.open()
  const get = () => room.request('GET', '', { query: 'lifecycle=' })
  expectRefusal(await get(), 404, 'NoSuchLifecycleConfiguration')
  const rules = [
    '<Rule><Expiration><Date>2031-01-01T00:00:00.000Z</Date></Expiration><ID>a</ID><Filter><And><Prefix>x&amp;</Prefix><Tag><Key>k</Key><Value>v</Value></Tag><ObjectSizeGreaterThan>1</ObjectSizeGreaterThan></And></Filter><Status>Enabled</Status></Rule>',
    '<Rule><ID>b</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Disabled</Status><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration></Rule>',
    '<Rule><ID>c</ID><Filter></Filter><Status>Disabled</Status><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>2</NewerNoncurrentVersions></NoncurrentVersionExpiration></Rule>',
  ]
  await room.setLifecycle(...rules)
  const { text } = await get()
  const parts = (xml: string) => [...xml.matchAll(/<(\w+)>([^<]+)</g)].map(([part]) => part).sort()
  expect(parts(text)).toEqual(parts(lifecycleDocument(...rules)))
  const stranger = { query: 'lifecycle=', credentials: otherCredentials }
  expectRefusal(await room.request('GET', '', stranger), 403, 'AccessDenied')
})

it('gives rules of the old form as they were put', async () => {
  await using room = await LifecycleRoom.open()
  await room.setLifecycle(rule('<Prefix>old/</Prefix><Expiration><Days>1</Days></Expiration>', 'old'))
  const { text } = await room.request('GET', '', { query: 'lifecycle=' })
  expect(text).toContain('<Prefix>old/</Prefix>')
  expect(text).not.toContain('<Filter>')
})

it('a put replaces all rules', async () => {
  await using room = await LifecycleRoom.open()
  await room.setLifecycle(rule('<Filter/><Expiration><Days>1</Days></Expiration>', 'first'))
  await room.setLifecycle(rule('<Filter/><Expiration><Days>2</Days></Expiration>', 'second'))
  const { text } = await room.request('GET', '', { query: 'lifecycle=' })
  expect([text.includes('first'), text.includes('second')]).toEqual([false, true])
})
