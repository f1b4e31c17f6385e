import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { blobFiles } from '../../support/blob-files.ts'
import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { uriEncode } from '../../support/signature-v4.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { setVersioning, versionOf } from '../../support/versioning.ts'
import { expectBareError, expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { VersionRoom } from './version-room.ts'

let room: VersionRoom
beforeAll(async () => {
  room = await VersionRoom.open('Enabled')
  return () => room[Symbol.asyncDispose]()
})

describe('a version', () => {
  it('is read by its id, whatever came after it', async () => {
    const first = await room.put('read', 'first')
    const second = await room.put('read', 'second')
    expect(first).not.toBe(second)
    await room.delete('read')
    for (const [id, body] of [
      [first, 'first'],
      [second, 'second'],
    ] as const) {
      const answer = await room.get('read', id)
      expect([answer.status, answer.text, versionOf(answer)]).toEqual([200, body, id])
      const head = await room.request('HEAD', 'read', id)
      expect([head.status, versionOf(head), head.headers.etag]).toEqual([200, id, answer.headers.etag])
      expect(head.headers['x-amz-delete-marker']).toBeUndefined()
    }
  })

  it('is named where the newest is read', async () => {
    const id = await room.put('newest', 'x')
    expect(versionOf(await room.get('newest'))).toBe(id)
    expect(versionOf(await room.request('HEAD', 'newest'))).toBe(id)
  })

  it('is not named in a bucket that never had versioning, and is null there', async () => {
    await using here = await VersionRoom.open()
    expect(await here.put('key', 'x')).toBeUndefined()
    expect(versionOf(await here.get('key'))).toBeUndefined()
    expect((await here.get('key', 'null')).text).toBe('x')
    expectError(await here.get('key', '0'.repeat(32)), 404, 'NoSuchVersion')
    expect(await here.delete('key', 'null')).toMatchObject({ isMarker: false })
    expectError(await here.get('key'), 404, 'NoSuchKey')
  })

  it('has ranges and conditions of its own', async () => {
    const first = await room.put('ranges', 'abcdef')
    await room.put('ranges', 'ghijkl')
    const part = await room.request('GET', 'ranges', first, { headers: { range: 'bytes=1-2' } })
    expect([part.status, part.text, versionOf(part)]).toEqual([206, 'bc', first])
    const etag = (await room.get('ranges', first)).headers.etag ?? ''
    expect((await room.request('GET', 'ranges', first, { headers: { 'if-none-match': etag } })).status).toBe(
      304,
    )
    const answer = await room.request('GET', 'ranges', undefined, { headers: { 'if-match': etag } })
    expectError(answer, 412, 'PreconditionFailed')
  })

  it('that never was is NoSuchVersion, and of no key at all too', async () => {
    await room.put('known', 'x')
    for (const [key, id] of [
      ['known', '0'.repeat(32)],
      ['known', 'null'],
      ['unknown', '0'.repeat(32)],
    ] as const) {
      const element = expectError(await room.get(key, id), 404, 'NoSuchVersion')
      expect([element('Key'), element('VersionId')]).toEqual([key, id])
      expectBareError(await room.request('HEAD', key, id), 404)
    }
  })

  it.each(['', 'garbage', 'NULL', '0'.repeat(31), `${'0'.repeat(32)}\u0000`, 'x'.repeat(3000)])(
    'whose id is none is refused: %#',
    async (id) => {
      await room.put('named', 'x')
      expect(expectError(await room.get('named', id), 400, 'InvalidArgument')('ArgumentName')).toBe(
        'versionId',
      )
      expectError(await room.request('DELETE', 'named', id), 400, 'InvalidArgument')
      expectBareError(await room.request('HEAD', 'named', id), 400)
    },
  )

  it('cannot be written by its id', async () => {
    const id = await room.put('immutable', 'x')
    const answer = await room.request('PUT', 'immutable', id, { body: 'y' })
    expect(expectError(answer, 400, 'InvalidArgument')('ArgumentName')).toBe('versionId')
    expect((await room.get('immutable', id)).text).toBe('x')
  })

  it('comes of multipart uploads and copies too', async () => {
    await room.put('source', 'copied')
    const headers = { 'x-amz-copy-source': `/${room.bucket}/source` }
    const copied = await room.request('PUT', 'copy', undefined, { headers })
    expectSuccess(copied)
    expect((await room.get('copy', versionOf(copied))).text).toBe('copied')
    const created = await room.request('POST', 'parts', undefined, { query: 'uploads=' })
    const [uploadId = ''] = xmlTexts(created.text, 'UploadId')
    const part = await room.request('PUT', 'parts', undefined, {
      query: `partNumber=1&uploadId=${uploadId}`,
      body: 'whole',
    })
    const etag = part.headers.etag ?? ''
    const completed = await room.request('POST', 'parts', undefined, {
      query: `uploadId=${uploadId}`,
      body: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`,
    })
    expectSuccess(completed)
    expect((await room.get('parts', versionOf(completed))).text).toBe('whole')
  })
})

describe('a delete marker', () => {
  it('hides the object, which says so', async () => {
    const id = await room.put('hidden', 'x')
    const marker = await room.delete('hidden')
    expect(marker).toEqual({ id: expect.stringMatching(/./), isMarker: true })
    expect(marker.id).not.toBe(id)
    const get = await room.get('hidden')
    expectError(get, 404, 'NoSuchKey')
    const head = await room.request('HEAD', 'hidden')
    expectBareError(head, 404)
    for (const answer of [get, head]) {
      expect([answer.headers['x-amz-delete-marker'], versionOf(answer)]).toEqual(['true', marker.id])
    }
  })

  it('read by its id is 405, and may only be deleted', async () => {
    await room.put('marked', 'x')
    const { id } = await room.delete('marked')
    const get = await room.get('marked', id)
    const element = expectError(get, 405, 'MethodNotAllowed')
    expect([element('Method'), element('ResourceType')]).toEqual(['GET', 'DeleteMarker'])
    const untag = await room.request('DELETE', 'marked', id, { query: `tagging=&versionId=${id}` })
    expect(expectError(untag, 405, 'MethodNotAllowed')('Method')).toBe('DELETE')
    const head = await room.request('HEAD', 'marked', id)
    expectBareError(head, 405)
    for (const { headers } of [get, head]) {
      expect(headers).toMatchObject({ 'x-amz-delete-marker': 'true', allow: 'DELETE' })
      expect(Date.parse(headers['last-modified'] ?? '')).toBeGreaterThan(0)
    }
  })

  it('is made for a key that never was, and one upon another', async () => {
    const first = await room.delete('never')
    const second = await room.delete('never')
    expect([first.isMarker, second.isMarker, first.id === second.id]).toEqual([true, true, false])
    const { markers } = await room.page({ prefix: 'never' })
    expect(markers.map((each) => [each.id, each.isLatest])).toEqual([
      [second.id, true],
      [first.id, false],
    ])
  })

  it('deleted by its id brings the object back', async () => {
    await room.put('back', 'x')
    const marker = await room.delete('back')
    expect(await room.delete('back', marker.id)).toEqual({ id: marker.id, isMarker: true })
    expect((await room.get('back')).text).toBe('x')
  })

  it('deleted again is none', async () => {
    const marker = await room.delete('twice')
    await room.delete('twice', marker.id)
    expect(await room.delete('twice', marker.id)).toEqual({ id: marker.id, isMarker: false })
  })

  it('takes PUT If-None-Match: * for absent', async () => {
    const headers = { 'if-none-match': '*' }
    await room.put('absent', 'x')
    const refused = await room.request('PUT', 'absent', undefined, { body: 'y', headers })
    expectError(refused, 412, 'PreconditionFailed')
    await room.delete('absent')
    expectSuccess(await room.request('PUT', 'absent', undefined, { body: 'y', headers }))
  })
})

describe('DeleteObject by version', () => {
  it('deletes for good; the one before becomes the newest', async () => {
    const ids = [await room.put('good', '1'), await room.put('good', '2'), await room.put('good', '3')]
    expect(await room.delete('good', ids[2])).toEqual({ id: ids[2], isMarker: false })
    expect((await room.get('good')).text).toBe('2')
    await room.delete('good', ids[0])
    expectError(await room.get('good', ids[0]), 404, 'NoSuchVersion')
    await room.delete('good', ids[1])
    expectError(await room.get('good'), 404, 'NoSuchKey')
    expect((await room.page({ prefix: 'good' })).versions).toEqual([])
  })

  it('frees the bytes', async () => {
    await using folder = await temporaryDirectory()
    await using here = await VersionRoom.open('Enabled', { dataDirectory: folder.path })
    const ids: (string | undefined)[] = []
    for (const letter of 'abc') ids.push(await here.put('large', letter.repeat(200_000)))
    await here.delete('large')
    await here.server.settle()
    expect(await blobFiles(folder.path)).toHaveLength(3)
    await here.delete('large', ids[1])
    await here.server.settle()
    expect(await blobFiles(folder.path)).toHaveLength(2)
    expect((await here.get('large', ids[0])).body).toHaveLength(200_000)
    for (const id of [ids[0], ids[2]]) await here.delete('large', id)
    await here.server.settle()
    expect(await blobFiles(folder.path)).toEqual([])
  })

  it('goes through the SDK', async () => {
    const input = { Bucket: room.bucket, Key: 'sdk' }
    const VersionId = await room.put('sdk', 'x')
    const marker = await room.client.send(new DeleteObjectCommand(input))
    expect(marker.DeleteMarker).toBe(true)
    const hidden = room.client.send(new GetObjectCommand(input))
    expect(await sdkError(hidden)).toEqual([404, 'NoSuchKey'])
    const named = room.client.send(new HeadObjectCommand({ ...input, VersionId: marker.VersionId }))
    expect((await sdkError(named))[0]).toBe(405)
    const found = await room.client.send(new GetObjectCommand({ ...input, VersionId }))
    expect([found.VersionId, await found.Body?.transformToString()]).toEqual([VersionId, 'x'])
    const deleted = await room.client.send(new DeleteObjectCommand({ ...input, VersionId }))
    expect([deleted.VersionId, deleted.DeleteMarker]).toEqual([VersionId, undefined])
  })
})

describe('DeleteObjects', () => {
  const deleteMany = async (inner: string): Promise<RawAnswer> => {
    const body = `<Delete>${inner}</Delete>`
    const headers = { 'content-md5': referenceChecksum('MD5', body) }
    const path = `/${room.bucket}`
    const answer = await room.send({ method: 'POST', path, query: 'delete=', headers, body })
    expect(answer.status).toBe(200)
    return answer
  }
  const named = (key: string, id: string | undefined): string =>
    `<Object><Key>${key}</Key><VersionId>${id ?? ''}</VersionId></Object>`

  it('deletes versions, markers and, without a version, hides', async () => {
    const version = await room.put('many-1', 'x')
    await room.put('many-2', 'x')
    const { id: marker } = await room.delete('many-2')
    await room.put('many-3', 'x')
    const answer = await deleteMany(
      `${named('many-1', version)}${named('many-2', marker)}<Object><Key>many-3</Key></Object>`,
    )
    const deleted = [...answer.text.matchAll(/<Deleted>(.*?)<\/Deleted>/gs)].map(([, inner = '']) =>
      ['Key', 'VersionId', 'DeleteMarker', 'DeleteMarkerVersionId'].map((name) => xmlTexts(inner, name)[0]),
    )
    expect(deleted).toEqual([
      ['many-1', version, undefined, undefined],
      ['many-2', marker, 'true', marker],
      ['many-3', undefined, 'true', expect.stringMatching(/./)],
    ])
    expectError(await room.get('many-1'), 404, 'NoSuchKey')
    expect((await room.get('many-2')).text).toBe('x')
    expectError(await room.get('many-3'), 404, 'NoSuchKey')
  })

  it('names each id that is none, and goes on', async () => {
    await room.put('mixed', 'x')
    const answer = await deleteMany(`${named('mixed', 'garbage')}${named('absent', '0'.repeat(32))}`)
    expect(xmlTexts(answer.text, 'Code')).toEqual(['InvalidArgument'])
    expect(answer.text).toContain('<Deleted><Key>absent</Key>')
  })

  it('deletes several versions of one key in one request', async () => {
    const ids = [
      await room.put('several', '1'),
      await room.put('several', '2'),
      await room.put('several', '3'),
    ]
    const { Deleted, Errors } = await room.client.send(
      new DeleteObjectsCommand({
        Bucket: room.bucket,
        Delete: { Objects: ids.map((VersionId) => ({ Key: 'several', VersionId })) },
      }),
    )
    expect([Deleted?.length, Errors]).toEqual([3, undefined])
    expect((await room.page({ prefix: 'several' })).versions).toEqual([])
  })
})

describe('CopyObject', () => {
  const copy = (to: string, from: string, id?: string): Promise<RawAnswer> => {
    const version = id === undefined ? '' : `?versionId=${uriEncode(id)}`
    const headers = { 'x-amz-copy-source': `/${room.bucket}/${from}${version}` }
    return room.request('PUT', to, undefined, { headers })
  }

  it('takes an older version, and tells both', async () => {
    const first = await room.put('from', 'first')
    const second = await room.put('from', 'second')
    const old = await copy('to', 'from', first)
    expectSuccess(old)
    expect(old.headers['x-amz-copy-source-version-id']).toBe(first)
    expect((await room.get('to', versionOf(old))).text).toBe('first')
    expect((await copy('to', 'from')).headers['x-amz-copy-source-version-id']).toBe(second)
  })

  it('of an older version over itself brings it back', async () => {
    const first = await room.put('restore', 'first')
    await room.put('restore', 'second')
    const restored = await copy('restore', 'restore', first)
    expectSuccess(restored)
    expect((await room.get('restore')).text).toBe('first')
    expect((await room.page({ prefix: 'restore' })).versions).toHaveLength(3)
    expect((await room.get('restore', first)).text).toBe('first')
  })

  it('of the newest version over itself changes nothing and is refused, named or not', async () => {
    await room.put('itself', 'first')
    const newest = await room.put('itself', 'second')
    expectError(await copy('itself', 'itself'), 400, 'InvalidRequest')
    expectError(await copy('itself', 'itself', newest), 400, 'InvalidRequest')
    await room.delete('itself')
    expectSuccess(await copy('itself', 'itself', newest))
  })

  it('copies no delete marker', async () => {
    await room.put('gone', 'x')
    const { id } = await room.delete('gone')
    expectError(await copy('to', 'gone'), 404, 'NoSuchKey')
    expectError(await copy('to', 'gone', id), 400, 'InvalidRequest')
    expectError(await copy('to', 'gone', '0'.repeat(32)), 404, 'NoSuchVersion')
    const command = new CopyObjectCommand({
      Bucket: room.bucket,
      Key: 'to',
      CopySource: `${room.bucket}/gone?versionId=garbage`,
    })
    expect(await sdkError(room.client.send(command))).toEqual([400, 'InvalidArgument'])
  })
})

describe('the null version', () => {
  it('of before versioning stays, until it is replaced while versioning is suspended', async () => {
    await using here = await VersionRoom.open()
    await here.put('key', 'before')
    await setVersioning(here.server, here.bucket, 'Enabled')
    expect(versionOf(await here.get('key'))).toBe('null')
    const enabled = await here.put('key', 'enabled')
    expect((await here.get('key', 'null')).text).toBe('before')
    await setVersioning(here.server, here.bucket, 'Suspended')
    expect((await here.get('key', 'null')).text).toBe('before')
    await here.put('key', 'suspended')
    expect((await here.get('key', 'null')).text).toBe('suspended')
    await here.put('key', 'again')
    const { versions } = await here.page()
    expect(versions.map((each) => each.id)).toEqual(['null', enabled])
    await setVersioning(here.server, here.bucket, 'Enabled')
    await here.put('key', 'enabled again')
    expect((await here.get('key', 'null')).text).toBe('again')
    expect((await here.page()).versions.map((each) => each.id)).toEqual([
      expect.stringMatching(/^(?!null)/),
      'null',
      enabled,
    ])
  })

  it('is a delete marker where an object is deleted while versioning is suspended', async () => {
    await using here = await VersionRoom.open('Enabled')
    const kept = await here.put('key', 'kept')
    await setVersioning(here.server, here.bucket, 'Suspended')
    await here.put('key', 'lost')
    expect(await here.delete('key')).toEqual({ id: 'null', isMarker: true })
    expectError(await here.get('key', 'null'), 405, 'MethodNotAllowed')
    expect(await here.delete('key')).toEqual({ id: 'null', isMarker: true })
    expect((await here.page()).markers).toHaveLength(1)
    expect((await here.get('key', kept)).text).toBe('kept')
    expect(await here.delete('key', 'null')).toEqual({ id: 'null', isMarker: true })
    expect((await here.get('key')).text).toBe('kept')
  })

  it('is told where it is read and deleted, and not where it is put', async () => {
    await using here = await VersionRoom.open('Suspended')
    expect(await here.put('key', 'x')).toBeUndefined()
    const copied = await here.request('PUT', 'copy', undefined, {
      headers: { 'x-amz-copy-source': `/${here.bucket}/key` },
    })
    expect([copied.status, versionOf(copied)]).toEqual([200, undefined])
    expect(copied.headers['x-amz-copy-source-version-id']).toBe('null')
    expect(versionOf(await here.get('copy'))).toBe('null')
    expect(await here.delete('copy')).toEqual({ id: 'null', isMarker: true })
  })

  it('is deleted by name in every state', async () => {
    await using here = await VersionRoom.open()
    await here.put('key', 'x')
    await setVersioning(here.server, here.bucket, 'Enabled')
    const id = await here.put('key', 'y')
    expect(await here.delete('key', 'null')).toEqual({ id: 'null', isMarker: false })
    expectError(await here.get('key', 'null'), 404, 'NoSuchVersion')
    expect(versionOf(await here.get('key'))).toBe(id)
  })
})

describe('writers of one key at once', () => {
  it('lose no version, and agree on one newest', async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, (_, index) => room.put('busy', `body ${index}`)))
    const { versions } = await room.page({ prefix: 'busy' })
    expect(versions.map((each) => each.id).toSorted()).toEqual(ids.map(String).toSorted())
    expect(versions.filter((each) => each.isLatest)).toHaveLength(1)
    const newest = versions[0]?.id ?? ''
    expect((await room.get('busy')).text).toBe(`body ${ids.indexOf(newest)}`)
  })

  it('and deleters leave what was not deleted', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, index) => room.put('mixed-race', `${index}`)),
    )
    const doomed = ids.filter((_, index) => index % 2 === 0)
    const [added] = await Promise.all([
      Promise.all(Array.from({ length: 10 }, (_, index) => room.put('mixed-race', `late ${index}`))),
      ...doomed.map((id) => room.delete('mixed-race', id)),
    ])
    const left = [...ids.filter((id) => !doomed.includes(id)), ...added]
    const { versions } = await room.page({ prefix: 'mixed-race' })
    expect(versions.map((each) => each.id).toSorted()).toEqual(left.map(String).toSorted())
    for (const { id } of versions) expect((await room.get('mixed-race', id)).status).toBe(200)
  })
})
