import { expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { expectRefusal } from '../../support/time-room.ts'
import { LifecycleRoom, rule } from './lifecycle-room.ts'

const abort = (prefix: string, days: number): string =>
  `<Filter><Prefix>${prefix}</Prefix></Filter><AbortIncompleteMultipartUpload><DaysAfterInitiation>${days}</DaysAfterInitiation></AbortIncompleteMultipartUpload>`

it('aborts uploads that stay open, by prefix and days, rounded up to midnight', async () => {
  await using room = await LifecycleRoom.open()
  await room.setLifecycle(rule(abort('logs/', 2)))
  const old = await room.createUpload('logs/old')
  await room.putPart('logs/old', old, 1, Buffer.alloc(100_000))
  await room.createUpload('data')
  await room.afterDays(2)
  const recent = await room.createUpload('logs/recent')
  const open = async () => xmlTexts((await room.request('GET', '', { query: 'uploads=' })).text, 'Key')
  expect(await open()).toEqual(['data', 'logs/old', 'logs/recent'])
  await room.afterDays(1)
  expect(await open()).toEqual(['data', 'logs/recent'])
  expectRefusal(await room.request('GET', 'logs/old', { query: `uploadId=${old}` }), 404, 'NoSuchUpload')
  const parts = await room.request('GET', 'logs/recent', { query: `uploadId=${recent}` })
  expect(parts.status).toBe(200)
})

it('CreateMultipartUpload and ListParts announce it', async () => {
  await using room = await LifecycleRoom.open()
  await room.setLifecycle(rule(abort('logs/', 7), 'all logs'), rule(abort('logs/a/', 1), 'less'))
  const announced = async (key: string) => {
    const created = await room.request('POST', key, { query: 'uploads=' })
    const uploadId = xmlTexts(created.text, 'UploadId')[0] ?? ''
    const listed = await room.request('GET', key, { query: `uploadId=${uploadId}` })
    const of = ({ headers }: typeof created) => [headers['x-amz-abort-date'], headers['x-amz-abort-rule-id']]
    expect(of(listed)).toEqual(of(created))
    return of(created)
  }
  expect(await announced('logs/k')).toEqual(['Sun, 09 Jun 2030 00:00:00 GMT', 'all logs'])
  expect(await announced('logs/a/k')).toEqual(['Mon, 03 Jun 2030 00:00:00 GMT', 'less'])
  expect(await announced('data')).toEqual([undefined, undefined])
})
