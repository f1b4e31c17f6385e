import { beforeAll, describe, expect, it } from 'vitest'
import { contentOf } from '../../support/content.ts'
import { postForm, uploadForm } from '../../support/post-form.ts'
import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { expectSuccess } from '../objects/object-room.ts'
import { encryptionOf, EncryptionRoom, type Headers, MODES, shownAs, uploadIdOf } from './encryption-room.ts'

/** Inline, one chunk to the byte, and several chunks in a file. */
const SIZES = [0, 1, 32_768, 65_536, 200_001]

function md5Of(bytes: Uint8Array): string {
  return `"${Buffer.from(referenceChecksum('MD5', bytes), 'base64').toString('hex')}"`
}

let room: EncryptionRoom
let bucket: string
beforeAll(async () => {
  const folder = await temporaryDirectory()
  room = await EncryptionRoom.open({ dataDirectory: folder.path })
  bucket = await room.access.bucket()
  return async () => {
    await room[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
})

function expectShown(answer: RawAnswer, shown: Headers): void {
  expect(encryptionOf(answer)).toEqual(shownAs(shown))
}

describe.each(MODES)('%s', (name) => {
  it.each(SIZES)('PutObject, GetObject and HeadObject: %i bytes', async (sizeBytes) => {
    const mode = room.mode(name)
    const content = contentOf(name, sizeBytes)
    const key = `${name}/${sizeBytes}`
    const put = await room.put(bucket, key, content, mode.write)
    expectShown(put, { ...mode.shown, ...mode.echoed })
    expect(put.headers['x-amz-checksum-crc64nvme']).toBe(referenceChecksum('CRC64NVME', content))
    expect(put.headers.etag).toMatch(/^"[0-9a-f]{32}"$/)
    expect(put.headers.etag === md5Of(content)).toBe(mode.hasMd5Tag)
    const got = await room.get(bucket, key, { ...mode.read, 'x-amz-checksum-mode': 'ENABLED' })
    expectSuccess(got)
    expect(got.body.equals(content)).toBe(true)
    const head = await room.access.must('owner', 'HEAD', bucket, key, { headers: mode.read })
    for (const answer of [got, head]) {
      expectShown(answer, mode.shown)
      expect(answer.headers).toMatchObject({ 'content-length': `${sizeBytes}`, etag: put.headers.etag })
    }
    expect(got.headers['x-amz-checksum-crc64nvme']).toBe(referenceChecksum('CRC64NVME', content))
    const listed = await room.access.must('owner', 'GET', bucket, undefined, {
      query: `list-type=2&prefix=${encodeURIComponent(key)}`,
    })
    expect(xmlTexts(listed.text, 'Size')[0]).toBe(String(sizeBytes))
  })

  it.each([10_000, 300_000])('ranges of %i bytes', async (sizeBytes) => {
    const mode = room.mode(name)
    const content = contentOf('ranges', sizeBytes)
    await room.put(bucket, 'ranges', content, mode.write)
    const edges = [0, 1, 9_999, 65_535, 65_536, 131_072, sizeBytes - 1].filter((at) => at < sizeBytes)
    for (const first of edges) {
      for (const last of edges.filter((at) => at >= first)) {
        const range = `bytes=${first}-${last}`
        const got = await room.get(bucket, 'ranges', { ...mode.read, range })
        expectSuccess(got, 206)
        expect([range, got.body.equals(content.subarray(first, last + 1))]).toEqual([range, true])
        expect(got.headers['content-range']).toBe(`bytes ${first}-${last}/${sizeBytes}`)
      }
    }
  })

  it('a multipart upload, with parts sent and parts copied', async () => {
    const mode = room.mode(name)
    const key = `${name}/parts`
    const bodies = [contentOf('one', 100_000), contentOf('two', 100), contentOf('three', 65_537)]
    const { created, parts, completed } = await room.putParts(bucket, key, bodies, mode)
    expectShown(created, { ...mode.shown, ...mode.echoed })
    for (const [index, part] of parts.entries()) {
      expectShown(part, mode.shown)
      expect(part.headers.etag === md5Of(bodies[index] ?? Buffer.of())).toBe(mode.hasMd5Tag)
    }
    // CompleteMultipartUpload has no members for a customer's key.
    expectShown(completed, name === 'SSE-C' ? {} : mode.shown)
    expect(xmlTexts(completed.text, 'ETag')[0]).toMatch(/^"[0-9a-f]{32}-3"$/)
    const whole = Buffer.concat(bodies)
    expect((await room.get(bucket, key, mode.read)).body.equals(whole)).toBe(true)
    const range = 'bytes=99999-100100'
    const got = await room.get(bucket, key, { ...mode.read, range })
    expect(got.body.equals(whole.subarray(99_999, 100_101))).toBe(true)

    const upload = uploadIdOf(
      await room.access.must('owner', 'POST', bucket, `${key} again`, {
        query: 'uploads=',
        headers: mode.write,
      }),
    )
    const copied: RawAnswer[] = []
    for (const [index, copyRange] of [undefined, 'bytes=1-100001'].entries()) {
      const headers = {
        ...mode.read,
        ...mode.source,
        'x-amz-copy-source': `/${bucket}/${encodeURIComponent(key)}`,
        ...(copyRange !== undefined && { 'x-amz-copy-source-range': copyRange }),
      }
      const query = `partNumber=${index + 1}&uploadId=${upload}`
      copied.push(await room.access.must('owner', 'PUT', bucket, `${key} again`, { query, headers }))
    }
    for (const part of copied) expectShown(part, mode.shown)
    const tags = copied.map(({ text }) => xmlTexts(text, 'ETag')[0] ?? '')
    expectSuccess(await room.complete(bucket, `${key} again`, upload, tags))
    const again = await room.get(bucket, `${key} again`, mode.read)
    expect(again.body.equals(Buffer.concat([whole, whole.subarray(1, 100_002)]))).toBe(true)
  })

  it('GetObjectAttributes', async () => {
    const mode = room.mode(name)
    const content = contentOf('attributes', 70_000)
    const put = await room.put(bucket, 'attributes', content, mode.write)
    const answer = await room.access.must('owner', 'GET', bucket, 'attributes', {
      query: 'attributes=',
      headers: { ...mode.read, 'x-amz-object-attributes': 'ETag,Checksum,ObjectSize' },
    })
    expect(xmlTexts(answer.text, 'ETag')).toEqual([put.headers.etag?.replaceAll('"', '')])
    expect(xmlTexts(answer.text, 'ObjectSize')).toEqual(['70000'])
    expect(xmlTexts(answer.text, 'ChecksumCRC64NVME')).toEqual([referenceChecksum('CRC64NVME', content)])
  })

  it.each([10, 100_000])('a POST form with a file of %i bytes', async (sizeBytes) => {
    const mode = room.mode(name)
    const content = contentOf('form', sizeBytes)
    const form = uploadForm(
      room.access.server,
      bucket,
      { key: 'form', ...mode.write },
      { name: 'a', content },
    )
    const answer = await postForm(room.access.server, bucket, form)
    expectSuccess(answer, 204)
    expectShown(answer, { ...mode.shown, ...mode.echoed })
    expect((await room.get(bucket, 'form', mode.read)).body.equals(content)).toBe(true)
  })
})

describe.each(MODES)('CopyObject from %s', (from) => {
  it.each(MODES)('to %s', async (to) => {
    const [source, target] = [room.mode(from), room.mode(to)]
    for (const sizeBytes of [1000, 150_000]) {
      const content = contentOf(`${from} ${to}`, sizeBytes)
      await room.put(bucket, 'source', content, source.write)
      const headers = { ...source.source, ...target.write, 'x-amz-copy-source': `/${bucket}/source` }
      const copied = await room.access.must('owner', 'PUT', bucket, 'copy', { headers })
      expectShown(copied, { ...target.shown, ...target.echoed })
      const [etag] = xmlTexts(copied.text, 'ETag')
      expect(etag === md5Of(content)).toBe(target.hasMd5Tag)
      const got = await room.get(bucket, 'copy', target.read)
      expectSuccess(got)
      expectShown(got, target.shown)
      expect(got.body.equals(content)).toBe(true)
      expect(got.headers.etag).toBe(etag)
    }
  })
})
