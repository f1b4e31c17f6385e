import { beforeEach, describe, expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { expectRefusal, expectStatus, TimeRoom } from '../../support/time-room.ts'
import { versionOf } from '../../support/versioning.ts'

/*
 * An object that was uploaded in parts is of when the upload was begun. Sources: S3 User Guide, "Working with object metadata",
 * `Last-Modified`: "for multipart uploads, the object creation date is the date of initiation of the multipart upload"; "Uploading and
 * copying objects using multipart upload", "Concurrent multipart upload operations".
 */

let room: TimeRoom

async function opened(versioning: boolean): Promise<() => Promise<void>> {
  room = await TimeRoom.open({ versioning })
  return () => room[Symbol.asyncDispose]()
}

interface Begun {
  readonly at: string
  /** Ends the upload; tells the version's id. */
  readonly complete: (headers?: Record<string, string>) => ReturnType<TimeRoom['request']>
}

/** An upload of one part. Each begins and ends on a day of its own. */
async function begin(body: string): Promise<Begun> {
  room.advanceDays(1)
  const id = await room.createUpload('key')
  // The clock runs on: only the server knows the second. The newest upload is the last.
  const { text } = await room.request('GET', '', { query: 'uploads' })
  const at = new Date(xmlTexts(text, 'Initiated').at(-1) ?? 'no upload').toUTCString()
  const etag = await room.putPart('key', id, 1, body)
  const document = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`
  const complete = (headers: Record<string, string> = {}) => {
    room.advanceDays(1)
    return room.request('POST', 'key', { query: `uploadId=${id}`, body: document, headers })
  }
  return { at, complete }
}

async function shown(query = ''): Promise<[body: string, modified: string | undefined]> {
  const { text, headers } = await room.request('GET', 'key', { query })
  return [text, headers['last-modified']]
}

describe.each([true, false])('with versioning: %s', (versioning) => {
  beforeEach(() => opened(versioning))

  it('its Last-Modified is when the upload was begun', async () => {
    await room.put('key', 'before')
    const upload = await begin('parts')
    expectStatus(await upload.complete())
    expect(await shown()).toEqual(['parts', upload.at])
    const { text } = await room.request('GET', '', { query: 'list-type=2' })
    expect(xmlTexts(text, 'LastModified').map((time) => new Date(time).toUTCString())).toEqual([upload.at])
    const conditional = { 'if-unmodified-since': upload.at }
    expectStatus(await room.request('GET', 'key', { headers: conditional }))
  })

  it('what is put behind it replaces it', async () => {
    const upload = await begin('parts')
    expectStatus(await upload.complete())
    await room.put('key', 'after')
    expect((await shown())[0]).toBe('after')
    expectStatus(await (await begin('parts again')).complete())
    expect((await shown())[0]).toBe('parts again')
  })
})

describe('in a bucket with versioning', () => {
  beforeEach(() => opened(true))

  it('the upload that was begun last is the current version, though it was completed first', async () => {
    const first = await begin('first')
    const second = await begin('second')
    const later = versionOf(await second.complete())
    const answer = await first.complete()
    expectStatus(answer)
    const earlier = versionOf(answer)
    expect(await shown()).toEqual(['second', second.at])
    expect(await shown(`versionId=${earlier}`)).toEqual(['first', first.at])
    expect((await room.versions()).map((each) => [each.versionId, each.isLatest])).toEqual([
      [later, true],
      [earlier, false],
    ])
    expectStatus(await room.request('DELETE', 'key', { query: `versionId=${later}` }), 204)
    expect((await shown())[0]).toBe('first')
  })

  it('what was put since it was begun stays in front of it, a delete marker too', async () => {
    const [one, two] = [await begin('one'), await begin('two')]
    const put = await room.put('key', 'put')
    const ofOne = versionOf(await one.complete())
    expect((await shown())[0]).toBe('put')
    const deleted = versionOf(await room.request('DELETE', 'key'))
    const ofTwo = versionOf(await two.complete())
    expectRefusal(await room.request('GET', 'key'), 404, 'NoSuchKey')
    expect((await room.versions()).map((each) => each.versionId)).toEqual([deleted, put, ofTwo, ofOne])
  })

  it('an object of before versioning that is younger stays the current one', async () => {
    expectStatus(await room.setVersioning('Suspended'))
    const upload = await begin('parts')
    room.advanceDays(1)
    await room.put('key', 'null version')
    expectStatus(await room.setVersioning('Enabled'))
    const id = versionOf(await upload.complete())
    expect((await room.versions()).map((each) => each.versionId)).toEqual(['null', id])
    expect((await shown())[0]).toBe('null version')
  })

  it('one that is begun after a version is newer than it, whatever the clock says', async () => {
    await room.put('key', 'put')
    room.advanceDays(-30)
    expectStatus(await (await begin('parts')).complete())
    expect((await shown())[0]).toBe('parts')
  })

  it('where something came in between a condition that holds is a conflict, and the upload stays open', async () => {
    const upload = await begin('parts')
    room.advanceDays(1)
    await room.put('key', 'between')
    const { etag = '' } = (await room.request('HEAD', 'key')).headers
    expectRefusal(await upload.complete({ 'if-match': etag }), 409, 'ConditionalRequestConflict')
    expectRefusal(await upload.complete({ 'if-match': '"other"' }), 412, 'PreconditionFailed')
    expectStatus(await room.request('DELETE', 'key'), 204)
    expectRefusal(await upload.complete({ 'if-none-match': '*' }), 409, 'ConditionalRequestConflict')
    expectStatus(await upload.complete())
  })
})

// Source: S3 User Guide, "Conditional write behavior", "Concurrent deletes during multipart uploads".
it('a deletion that came in between is a conflict too while versioning is suspended', async () => {
  await using suspended = await TimeRoom.open({ versioning: true })
  room = suspended
  expectStatus(await room.setVersioning('Suspended'))
  const upload = await begin('parts')
  await room.put('key', 'between')
  const { etag = '' } = (await room.request('HEAD', 'key')).headers
  room.advanceDays(1)
  expectStatus(await room.request('DELETE', 'key'), 204)
  expectRefusal(await upload.complete({ 'if-none-match': '*' }), 409, 'ConditionalRequestConflict')
  expectRefusal(await upload.complete({ 'if-match': etag }), 404, 'NoSuchKey')
  const anew = await begin('anew')
  expectStatus(await anew.complete({ 'if-none-match': '*' }))
})

describe('in a bucket without versioning', () => {
  beforeEach(() => opened(false))

  it('the last completion wins, at its own time where something came in between', async () => {
    const upload = await begin('parts')
    room.advanceDays(1)
    await room.put('key', 'between')
    // The clock runs on.
    const from = Math.floor(room.now.getTime() / 1000) * 1000
    const answer = await upload.complete()
    expectStatus(answer)
    const [body, time = ''] = await shown()
    expect(body).toBe('parts')
    expect(Date.parse(time)).toBeGreaterThanOrEqual(from)
    expect(Date.parse(time)).toBeLessThanOrEqual(room.now.getTime())
  })
})
