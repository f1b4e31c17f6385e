import { DeleteObjectsCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { awkwardKeys } from '../../support/awkward-keys.ts'
import { blobFiles } from '../../support/blob-files.ts'
import { listKeys } from '../../support/buckets.ts'
import { contentOf } from '../../support/content.ts'
import { type RawAnswer, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { checksumHeader, referenceAlgorithms, referenceChecksum } from '../../support/reference-checksums.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { describeAccess } from './object-access.suite.ts'
import { expectError, expectSuccess, ObjectRoom, sdkError } from './object-room.ts'

let room: ObjectRoom
beforeAll(async () => {
  room = await ObjectRoom.open()
  return () => room[Symbol.asyncDispose]()
})

interface Entry {
  readonly Key: string
  readonly VersionId?: string
  readonly ETag?: string
  readonly Size?: string
  readonly LastModifiedTime?: string
}

function escaped(text: string): string {
  return text.replaceAll(
    /[<>&"'\u0000-\u001f\u007f\ufffe\uffff]/g,
    (character) => `&#${character.charCodeAt(0)};`,
  )
}

function documentOf(entries: readonly Entry[], quiet?: boolean): string {
  const objects = entries.map((entry) => {
    const members = Object.entries(entry).map(
      ([name, value]) => `<${name}>${escaped(String(value))}</${name}>`,
    )
    return `<Object>${members.join('')}</Object>`
  })
  const mode = quiet === undefined ? '' : `<Quiet>${quiet}</Quiet>`
  return `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${mode}${objects.join('')}</Delete>`
}

function send(body: string, headers?: Record<string, string>, server = room.server): Promise<RawAnswer> {
  const md5 = { 'content-md5': referenceChecksum('MD5', body) }
  const path = `/${room.bucket}`
  return rawRequest(server, { method: 'POST', path, query: 'delete=', body, headers: headers ?? md5 })
}

/** The members of all elements of a name, in the document's order. */
function results(answer: RawAnswer, element: 'Deleted' | 'Error'): Record<string, string>[] {
  const found = answer.text.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'gs'))
  return [...found].map(([, inner = '']) =>
    Object.fromEntries(
      [...inner.matchAll(/<(\w+)>/g)].map(([, name = '']) => [name, xmlTexts(inner, name)[0] ?? '']),
    ),
  )
}

describe('the keys', () => {
  it('are deleted, and told in their order, whether they were there or not', async () => {
    const keys = ['there', 'not there', 'there too', 'there']
    for (const key of ['there', 'there too', 'stays']) await room.put(key, 'x')
    const answer = await send(documentOf(keys.map((Key) => ({ Key }))))
    expectSuccess(answer)
    expect(answer.headers['content-type']).toBe('application/xml')
    expect(answer.text).toContain('<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">')
    expect(results(answer, 'Deleted')).toEqual(keys.map((Key) => ({ Key })))
    expect(results(answer, 'Error')).toEqual([])
    expect(await listKeys(room.server, room.bucket)).toEqual(['stays'])
  })

  it('may be 1,000', async () => {
    const keys = Array.from({ length: 1000 }, (_, index) => `many/${index}`)
    await Promise.all(keys.filter((_, index) => index % 10 === 0).map((key) => room.put(key, key)))
    const answer = await send(documentOf(keys.map((Key) => ({ Key }))))
    expectSuccess(answer)
    expect(xmlTexts(answer.text, 'Key')).toEqual(keys)
    expect((await listKeys(room.server, room.bucket)).filter((key) => key.startsWith('many/'))).toEqual([])
  })

  it('may be 1,000 of 1,024 bytes', async () => {
    const keys = Array.from({ length: 1000 }, (_, index) => `${index}&`.padEnd(1024, '<'))
    await room.put(keys[999] ?? '', 'x')
    expect(xmlTexts((await send(documentOf(keys.map((Key) => ({ Key }))))).text, 'Key')).toEqual(keys)
    expect(await room.bytesOf(keys[999] ?? '')).toBeUndefined()
  })

  it('may not be 1,001, and then nothing is deleted', async () => {
    await room.put('kept', 'x')
    const entries = [{ Key: 'kept' }, ...Array.from({ length: 1000 }, (_, index) => ({ Key: `k${index}` }))]
    expectError(await send(documentOf(entries)), 400, 'MalformedXML')
    expect((await room.bytesOf('kept'))?.toString()).toBe('x')
  })

  it('may be any text', async () => {
    const keys = [...awkwardKeys, '.', '..', '__proto__', ' ', '\t\n\r', '\u007f\u0080', '🎉'.repeat(256)]
    for (const key of keys) await room.put(key, 'x')
    const answer = await send(documentOf(keys.map((Key) => ({ Key }))))
    expect(results(answer, 'Deleted').map(({ Key }) => Key)).toEqual(keys)
    for (const key of keys) expect(await room.bytesOf(key)).toBeUndefined()
  })

  it('are told only where they failed, in quiet mode', async () => {
    await room.put('quiet', 'x')
    const answer = await send(documentOf([{ Key: 'quiet' }, { Key: 'k'.repeat(1025) }], true))
    expect(answer.status).toBe(200)
    expect(results(answer, 'Deleted')).toEqual([])
    expect(results(answer, 'Error')).toHaveLength(1)
    expect(await room.bytesOf('quiet')).toBeUndefined()
    expect((await send(documentOf([{ Key: 'quiet' }], false))).text).toContain('<Deleted>')
  })

  it('fail alone', async () => {
    await room.put('good', 'x')
    const long = 'k'.repeat(1025)
    const answer = await send(documentOf([{ Key: long }, { Key: 'good' }, { Key: 'bad', VersionId: 'x' }]))
    expect(answer.status).toBe(200)
    expect(results(answer, 'Deleted')).toEqual([{ Key: 'good' }])
    expect(results(answer, 'Error')).toEqual([
      { Key: long, Code: 'KeyTooLongError', Message: 'Your key is too long' },
      { Key: 'bad', VersionId: 'x', Code: 'InvalidArgument', Message: 'Invalid version id specified' },
    ])
  })

  it('may name the null version', async () => {
    await room.put('null-version', 'x')
    const answer = await send(documentOf([{ Key: 'null-version', VersionId: 'null' }]))
    expect(results(answer, 'Deleted')).toEqual([{ Key: 'null-version', VersionId: 'null' }])
    expect(await room.bytesOf('null-version')).toBeUndefined()
  })
})

describe('an entity tag', () => {
  it('deletes the object it names, any with *, and no other', async () => {
    const { headers } = await room.put('named', 'x')
    for (const key of ['any', 'other']) await room.put(key, 'x')
    const answer = await send(
      documentOf([
        { Key: 'named', ETag: headers.etag ?? '' },
        { Key: 'any', ETag: '*' },
        { Key: 'other', ETag: '"0"' },
        { Key: 'missing', ETag: '"0"' },
      ]),
    )
    expect(answer.status).toBe(200)
    expect(results(answer, 'Deleted').map(({ Key }) => Key)).toEqual(['named', 'any'])
    expect(results(answer, 'Error').map(({ Key, Code }) => [Key, Code])).toEqual([
      ['other', 'PreconditionFailed'],
      ['missing', 'NoSuchKey'],
    ])
    expect((await room.bytesOf('other'))?.toString()).toBe('x')
    expect(await room.bytesOf('named')).toBeUndefined()
  })

  it('is all there is in buckets like these: sizes and dates are for directory buckets', async () => {
    await room.put('kept', 'x')
    const entries = [
      { Key: 'kept', Size: '1' },
      { Key: 'kept', LastModifiedTime: 'Tue, 01 Jan 2030 00:00:00 GMT' },
    ]
    const answer = await send(documentOf(entries))
    expect(results(answer, 'Error').map(({ Code }) => Code)).toEqual(['NotImplemented', 'NotImplemented'])
    expect((await room.bytesOf('kept'))?.toString()).toBe('x')
  })
})

describe('the document', () => {
  const good = documentOf([{ Key: 'kept' }])
  beforeAll(() => room.put('kept', 'x'))
  const expectKept = async (): Promise<void> => {
    expect((await room.bytesOf('kept'))?.toString()).toBe('x')
  }

  it.each([
    ['no XML', 'kept'],
    ['cut off', good.slice(0, -3)],
    ['another document', good.replaceAll('Delete', 'Remove')],
    ['two documents', good + good],
    ['without keys', '<Delete></Delete>'],
    ['quiet without keys', '<Delete><Quiet>true</Quiet></Delete>'],
    ['an object without a key', '<Delete><Object><Key>kept</Key></Object><Object/></Delete>'],
    ['an empty key', '<Delete><Object><Key>kept</Key></Object><Object><Key/></Object></Delete>'],
    ['a mode that is none', good.replace('<Object>', '<Quiet>perhaps</Quiet><Object>')],
    [
      'a document type',
      `<!DOCTYPE Delete [<!ENTITY k "kept">]><Delete><Object><Key>&k;</Key></Object></Delete>`,
    ],
    ['an unknown entity', '<Delete><Object><Key>kept&nbsp;</Key></Object></Delete>'],
  ])('that is %s is refused', async (_, body) => {
    expectError(await send(body), 400, 'MalformedXML')
    await expectKept()
  })

  it('has to be there', async () => {
    expectError(await send(''), 400, 'MissingRequestBodyError')
  })

  it('needs no namespace, and may have a declaration and white space', async () => {
    await room.put('spaced', 'x')
    const body =
      '<?xml version="1.0" encoding="UTF-8"?>\n<Delete>\n  <Object>\n    <Key>spaced</Key>\n  </Object>\n</Delete>\n'
    expect(results(await send(body), 'Deleted')).toEqual([{ Key: 'spaced' }])
  })

  it('may write its keys as XML allows', async () => {
    const keys = ['a&b', '<c>', 'd\n', 'é']
    for (const key of keys) await room.put(key, 'x')
    const texts = ['<![CDATA[a&b]]>', '&lt;c&#62;', 'd\r\n', '&#xE9;<!-- an accent -->']
    const body = `<Delete>${texts.map((text) => `<Object><Key>${text}</Key></Object>`).join('')}</Delete>`
    expect(results(await send(body), 'Deleted').map(({ Key }) => Key)).toEqual(keys)
    for (const key of keys) expect(await room.bytesOf(key)).toBeUndefined()
  })

  it('needs a Content-MD5 or a checksum', async () => {
    expectError(await send(good, {}), 400, 'InvalidRequest')
    await expectKept()
  })

  it('is held to its Content-MD5', async () => {
    expectError(await send(good, { 'content-md5': referenceChecksum('MD5', 'x') }), 400, 'BadDigest')
    expectError(await send(good, { 'content-md5': 'AAAA' }), 400, 'InvalidDigest')
    await expectKept()
  })

  it.each(referenceAlgorithms)('is held to its %s', async (algorithm) => {
    const name = checksumHeader(algorithm)
    expectError(await send(good, { [name]: referenceChecksum(algorithm, 'x') }), 400, 'BadDigest')
    expectError(await send(good, { [name]: 'x' }), 400, 'InvalidRequest')
    await expectKept()
    const other = documentOf([{ Key: 'other' }])
    expectSuccess(await send(other, { [name]: referenceChecksum(algorithm, other) }))
  })

  it('may not be larger than any could be', async () => {
    const body = documentOf([{ Key: 'k'.repeat(9_000_000) }])
    expect((await send(body)).status).toBe(400)
  })
})

it('frees the bytes', async () => {
  await using folder = await temporaryDirectory()
  await using here = await ObjectRoom.open({ dataDirectory: folder.path })
  const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`)
  const body = contentOf('batch', 40_000)
  await Promise.all(keys.map((key) => here.put(key, body)))
  expectSuccess(await send(documentOf(keys.map((Key) => ({ Key }))), undefined, here.server))
  await here.server.settle()
  expect(await blobFiles(folder.path)).toEqual([])
})

describe('the SDK', () => {
  it('deletes, with its own checksum, and hears of failures', async () => {
    await room.put('sdk', 'x')
    const Objects = [{ Key: 'sdk' }, { Key: 'missing', ETag: '"0"' }]
    const { Deleted, Errors } = await room.client.send(
      new DeleteObjectsCommand({ Bucket: room.bucket, Delete: { Objects } }),
    )
    expect(Deleted).toEqual([{ Key: 'sdk' }])
    expect(Errors).toEqual([expect.objectContaining({ Key: 'missing', Code: 'NoSuchKey' })])
  })

  it('hears of its mistakes', async () => {
    const command = new DeleteObjectsCommand({ Bucket: room.bucket, Delete: { Objects: [] } })
    expect(await sdkError(room.client.send(command))).toEqual([400, 'MalformedXML'])
  })
})

it('refuses the anonymous before the document is read, where nothing could let them in', async () => {
  const body = documentOf([{ Key: 'k' }])
  const headers = { 'content-md5': referenceChecksum('MD5', body) }
  const request = { method: 'POST', path: `/${room.bucket}`, query: 'delete=', body, headers }
  expectError(await rawRequest(room.server, { ...request, anonymous: true }), 403, 'AccessDenied')
})

it('refuses every key to another account', async () => {
  await room.put('refused', 'x')
  const body = documentOf([{ Key: 'refused' }, { Key: 'missing' }], true)
  const headers = { 'content-md5': referenceChecksum('MD5', body) }
  const path = `/${room.bucket}`
  const answer = await rawRequest(room.server, {
    method: 'POST',
    path,
    query: 'delete=',
    body,
    headers,
    credentials: otherCredentials,
  })
  expect(answer.status).toBe(200)
  expect(results(answer, 'Error').map(({ Key, Code }) => [Key, Code])).toEqual([
    ['refused', 'AccessDenied'],
    ['missing', 'AccessDenied'],
  ])
  expect((await room.bytesOf('refused'))?.toString()).toBe('x')
})

describeAccess(
  () => room,
  (bucket) => {
    const body = documentOf([{ Key: 'access' }])
    const headers = { 'content-md5': referenceChecksum('MD5', body) }
    return { method: 'POST', path: `/${bucket}`, query: 'delete=', body, headers }
  },
  { decidesByKey: true },
)
