import { describe, expect, it } from 'vitest'
import type { RequestBody } from '../model/body.ts'
import { S3Error } from '../model/s3-error.ts'
import type { OperationInputs, OperationName } from '../model/types.gen.ts'
import { decodeInput, hasStreamingBody, hasXmlBody, requiresChecksum } from './decode.ts'
import { route } from './route.ts'

function decode<Name extends OperationName>(
  operation: Name,
  request: string,
  headers: Record<string, string> = {},
  body?: string | RequestBody,
): OperationInputs[Name] {
  const [method = '', target = ''] = request.split(' ')
  const [path = '', query = ''] = target.split('?')
  const head = { method, path, query, headers }
  const asked = route(head, [])
  expect(asked.operation).toBe(operation)
  return decodeInput(operation, asked, head, typeof body === 'string' ? Buffer.from(body) : body)
}

function errorOf(act: () => unknown): S3Error {
  try {
    act()
  } catch (error) {
    if (error instanceof S3Error) return error
    throw error
  }
  throw new Error('nothing was refused')
}

const stream: RequestBody = {
  sizeBytes: 5,
  bytes: (async function* () {})(),
  trailers: {},
  announcedTrailers: [],
}

describe('headers', () => {
  it('that operations do not know are left alone', () => {
    const headers = { 'user-agent': 'x', 'x-amz-date': 'y', 'x-amz-checksum-crc32': 'AAAAAA==' }
    expect(decode('GetObject', 'GET /b/k', headers)).toEqual({ Bucket: 'b', Key: 'k' })
  })

  it('of user metadata become a map without a prototype', () => {
    const { Metadata } = decode('PutObject', 'PUT /b/k', { 'x-amz-meta-a': '1', 'x-amz-meta-__proto__': '2' })
    expect(Object.getPrototypeOf(Metadata)).toBe(null)
    expect(Object.entries(Metadata ?? {})).toEqual([
      ['a', '1'],
      ['__proto__', '2'],
    ])
  })

  it.each([
    ['plain', 'plain'],
    ['\u00c3\u00a9', 'Ã©'],
    ['\u00e9', 'é'],
    ['=?UTF-8?B?w6k=?=', 'é'],
    ['=?utf-8?q?caf=C3=A9_x?=', 'café x'],
    ['=?ISO-8859-1?Q?=E9?= and =?UTF-8?B?w6k=?=', 'é and é'],
    ['=?UTF-8?B?w6k=?= =?UTF-8?B?w6k=?=', 'éé'],
    ['=?UTF-8?B?/w==?=', '=?UTF-8?B?/w==?='],
    ['=?x-unknown?B?w6k=?=', '=?x-unknown?B?w6k=?='],
  ])('of user metadata are text: %s', (sent, stored) => {
    expect(decode('PutObject', 'PUT /b/k', { 'x-amz-meta-a': sent }).Metadata).toEqual({ a: stored })
  })

  it('of the body give what is stored', () => {
    const headers = {
      'content-encoding': 'aws-chunked, gzip',
      'content-length': '1234',
      expires: 'whenever',
      'content-disposition': 'filename="\u00c3\u00a9"',
    }
    const input = decode('PutObject', 'PUT /b/k', headers, stream)
    expect(input.Body).toBe(stream)
    expect(input.ContentLength).toBe(5)
    expect(input.ContentEncoding).toBe('gzip')
    expect(input.Expires).toBe('whenever')
    expect(input.ContentDisposition).toBe('filename="é"')
    expect(decode('PutObject', 'PUT /b/k', { 'content-encoding': 'aws-chunked' })).not.toHaveProperty(
      'ContentEncoding',
    )
  })

  it('hide a parameter of their name, even where they say nothing', () => {
    const headers = { 'x-amz-request-payer': 'nobody', 'x-amz-meta-a': '1' }
    const query = 'x-amz-request-payer=requester&X-Amz-Meta-A=2&x-amz-meta-b=3&X-Amz-Meta-B=4'
    const input = decode('PutObject', `PUT /b/k?${query}`, headers)
    expect([input.RequestPayer, input.Metadata]).toEqual([undefined, { a: '1', b: '3' }])
  })

  it('may come in the query of a presigned URL, but none about checksums', () => {
    const query = 'x-amz-acl=private&X-Amz-Meta-A=%C3%A9&x-amz-checksum-crc32=AAAAAA%3D%3D&X-Amz-Expires=900'
    const input = decode('PutObject', `PUT /b/k?${query}&x-amz-sdk-checksum-algorithm=CRC32`)
    expect(input).toEqual({ Bucket: 'b', Key: 'k', ACL: 'private', Metadata: { a: 'é' } })
  })

  it('of conditions hold a date, in any of its forms, or nothing', () => {
    const since = (date: string): Date | undefined =>
      decode('GetObject', 'GET /b/k', { 'if-modified-since': date }).IfModifiedSince
    const instant = new Date('1994-11-06T08:49:37Z')
    expect(since('Sun, 06 Nov 1994 08:49:37 GMT')).toEqual(instant)
    expect(since('Sunday, 06-Nov-94 08:49:37 GMT')).toEqual(instant)
    expect(since('Sun Nov  6 08:49:37 1994')).toEqual(instant)
    expect(since('yesterday')).toBeUndefined()
  })

  it.each([
    ['x-amz-metadata-directive', 'MOVE', 'Unknown metadata directive.'],
    ['x-amz-tagging-directive', 'MOVE', 'Unknown tagging directive.'],
    ['x-amz-object-lock-mode', 'X', 'Unknown wormMode directive.'],
    ['x-amz-object-lock-legal-hold', 'X', "Legal Hold must be either of 'ON' or 'OFF'"],
    [
      'x-amz-object-lock-retain-until-date',
      '2024-02-30T00:00:00Z',

      'The retain until date must be provided in ISO 8601 format',
    ],
    [
      'x-amz-server-side-encryption',
      'rot13',

      'The encryption method specified is not supported',
    ],
    ['x-amz-server-side-encryption-bucket-key-enabled', 'yes', 'Invalid Argument'],
  ])('%s: %s is refused', (name, value, message) => {
    const headers = { 'x-amz-copy-source': 'a/b', [name]: value }
    const error = errorOf(() => decode('CopyObject', 'PUT /b/k', headers))
    expect(error.code).toBe('InvalidArgument')
    expect(error.message).toBe(message)
    expect(error.fields).toEqual({ ArgumentName: name, ArgumentValue: value })
  })

  it('take values that only the operation can judge', () => {
    const input = decode('PutObject', 'PUT /b/k', {
      'x-amz-storage-class': 'LUKEWARM',
      'x-amz-sdk-checksum-algorithm': 'crc32',
    })
    expect(input.StorageClass).toBe('LUKEWARM')
    expect(input.ChecksumAlgorithm).toBe('CRC32')
  })

  it('hold lists', () => {
    const request = 'GET /b/k?attributes'
    const input = decode('GetObjectAttributes', request, { 'x-amz-object-attributes': 'ETag, ObjectSize,' })
    expect(input.ObjectAttributes).toEqual(['ETag', 'ObjectSize'])
    const wrong = { 'x-amz-object-attributes': 'ETag,Colour' }
    expect(errorOf(() => decode('GetObjectAttributes', request, wrong)).fields['ArgumentValue']).toBe(
      'Colour',
    )
    expect(errorOf(() => decode('GetObjectAttributes', request)).message).toContain('missing or empty')
  })

  it('that are required are named', () => {
    const error = errorOf(() => decode('RenameObject', 'PUT /b/k?renameObject'))
    expect(error.code).toBe('MissingSecurityHeader')
    expect(error.fields).toEqual({ MissingHeaderName: 'x-amz-rename-source' })
  })
})

describe('query parameters', () => {
  it('of a listing', () => {
    const query = 'list-type=2&prefix=a+b%2Fc&delimiter=%2F&max-keys=05&fetch-owner=true&start-after=%00'
    expect(decode('ListObjectsV2', `GET /b?${query}&encoding-type=url`)).toEqual({
      Bucket: 'b',
      Prefix: 'a b/c',
      Delimiter: '/',
      MaxKeys: 5,
      FetchOwner: true,
      StartAfter: '\u0000',
      EncodingType: 'url',
    })
  })

  it('of lists, which come once for each item', () => {
    const headers = { 'x-amz-account-id': '111122223333' }
    const listed = (query: string) => decode('ListJobs', `GET /v20180820/jobs?${query}`, headers).JobStatuses
    expect(listed('jobStatuses=New&maxResults=2&job%53tatuses=Act%69ve&jobStatuses=')).toEqual([
      'New',
      'Active',
    ])
    expect(listed('jobStatuses=a,b')).toEqual(['a,b'])
    expect(listed('jobStatuses=&maxResults=2')).toBeUndefined()
  })

  it.each([
    ['ListObjects', 'GET /b?max-keys=', undefined],
    ['ListObjects', 'GET /b?max-keys=-0', 0],
    ['ListObjects', 'GET /b?max-keys=2147483647', 2_147_483_647],
  ] as const)('%s %s', (operation, request, expected) => {
    expect(decode(operation, request).MaxKeys).toBe(expected)
  })

  it.each([
    [
      'ListObjects',
      'GET /b?max-keys=x',
      'max-keys',
      'Provided max-keys not an integer or within integer range',
    ],
    [
      'ListObjects',
      'GET /b?max-keys=1.5',
      'max-keys',
      'Provided max-keys not an integer or within integer range',
    ],
    [
      'ListObjects',
      'GET /b?max-keys=2147483648',
      'max-keys',
      'Provided max-keys not an integer or within integer range',
    ],
    [
      'ListObjects',
      'GET /b?max-keys=-1',
      'maxKeys',
      'Argument maxKeys must be an integer between 0 and 2147483647',
    ],
    ['ListObjectVersions', 'GET /b?versions&max-keys=-1', 'max-keys', 'max-keys cannot be negative'],
    [
      'ListMultipartUploads',
      'GET /b?uploads&max-uploads=x',
      'max-uploads',
      'Provided max-uploads not an integer or within integer range',
    ],
    [
      'ListParts',
      'GET /b/k?uploadId=u&part-number-marker=x',
      'part-number-marker',
      'Provided part-number-marker not an integer or within integer range',
    ],
    [
      'UploadPart',
      'PUT /b/k?uploadId=u&partNumber=0',
      'partNumber',
      'Part number must be an integer between 1 and 10000, inclusive',
    ],
    [
      'UploadPart',
      'PUT /b/k?uploadId=u&partNumber=10001',
      'partNumber',
      'Part number must be an integer between 1 and 10000, inclusive',
    ],
    [
      'UploadPart',
      'PUT /b/k?uploadId=u',
      'partNumber',
      'Part number must be an integer between 1 and 10000, inclusive',
    ],
    [
      'ListObjects',
      'GET /b?encoding-type=x',
      'encoding-type',
      'Invalid Encoding Method specified in Request',
    ],
    ['GetObject', 'GET /b/k?versionId=', 'versionId', 'Version id cannot be the empty string'],
    [
      'GetObject',
      'GET /b/k?response-content-type=%0d%0ax',
      'response-content-type',
      'Header value cannot be represented using ISO-8859-1.',
    ],
    [
      'GetObject',
      'GET /b/k?response-content-type=%E2%82%AC',
      'response-content-type',
      'Header value cannot be represented using ISO-8859-1.',
    ],
    ['PutBucketAnalyticsConfiguration', 'PUT /b?analytics', 'id', 'The parameter id is required'],
  ] as const)('%s %s is refused', (operation, request, argument, message) => {
    const body = '<AnalyticsConfiguration><Id>i</Id><StorageClassAnalysis/></AnalyticsConfiguration>'
    const sent = hasXmlBody(operation) ? body : undefined
    const error = errorOf(() => decode(operation, request, {}, sent))
    expect(error.code).toBe('InvalidArgument')
    expect(error.fields['ArgumentName']).toBe(argument)
    expect(error.message).toBe(message)
  })
})

describe('documents', () => {
  const deletion = (body: string) => decode('DeleteObjects', 'POST /b?delete', {}, body)
  const tagging = (body: string) => decode('PutBucketTagging', 'PUT /b?tagging', {}, body).Tagging

  it('keep the white space of keys and of nothing else', () => {
    const body = `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
      <Quiet> true </Quiet>
      <Object><Key> a\n </Key><VersionId/></Object>
      <Object><Key>&#x1;</Key><Size>7</Size></Object>
    </Delete>`
    expect(deletion(body).Delete).toEqual({
      Quiet: true,
      Objects: [
        { Key: ' a\n ', VersionId: '' },
        { Key: '\u0001', Size: 7 },
      ],
    })
  })

  it('hold lists with and without an element around them', () => {
    expect(tagging('<Tagging><TagSet/></Tagging>')).toEqual({ TagSet: [] })
    expect(tagging('<Tagging><TagSet><Tag><Key>a</Key><Value></Value></Tag></TagSet></Tagging>')).toEqual({
      TagSet: [{ Key: 'a', Value: '' }],
    })
  })

  it('hold the type of a grantee as an attribute', () => {
    const grantee =
      '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>u</URI></Grantee>'
    const body = `<AccessControlPolicy><AccessControlList><Grant>${grantee}</Grant></AccessControlList></AccessControlPolicy>`
    const input = decode('PutBucketAcl', 'PUT /b?acl', {}, body)
    expect(input.AccessControlPolicy?.Grants).toEqual([{ Grantee: { Type: 'Group', URI: 'u' } }])
    const untyped = body.replace('xsi:type="Group"', '')
    expect(errorOf(() => decode('PutBucketAcl', 'PUT /b?acl', {}, untyped)).code).toBe('MalformedACLError')
  })

  it('may be absent where nothing needs them', () => {
    expect(decode('CreateBucket', 'PUT /b')).toEqual({ Bucket: 'b' })
    expect(decode('CreateBucket', 'PUT /b', {}, '')).toEqual({ Bucket: 'b' })
    expect(errorOf(() => tagging('')).code).toBe('MissingRequestBodyError')
    expect(errorOf(() => deletion('')).code).toBe('MissingRequestBodyError')
  })

  it.each([
    ['another root', '<Tags><TagSet/></Tags>'],
    ['a required element less', '<Tagging/>'],
    ['a required element of an item less', '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>'],
    ['an unknown element', '<Tagging><TagSet/><Colour/></Tagging>'],
    ['an element twice', '<Tagging><TagSet/><TagSet/></Tagging>'],
    ['another item', '<Tagging><TagSet><Label/></TagSet></Tagging>'],
    ['text between', '<Tagging>x<TagSet/></Tagging>'],
    ['text in a list', '<Tagging><TagSet>x</TagSet></Tagging>'],
    ['elements in text', '<Tagging><TagSet><Tag><Key><b/></Key><Value/></Tag></TagSet></Tagging>'],
    ['no XML', '{}'],
  ])('with %s are malformed', (_, body) => {
    expect(errorOf(() => tagging(body)).code).toBe('MalformedXML')
  })

  it.each([['<Status>On</Status>'], ['<Status></Status>']])(
    'with a value out of the enum are malformed: %s',
    (status) => {
      const body = `<VersioningConfiguration>${status}</VersioningConfiguration>`
      const act = () => decode('PutBucketVersioning', 'PUT /b?versioning', {}, body)
      expect(errorOf(act).code).toBe('MalformedXML')
    },
  )

  it('of policies are text', () => {
    expect(decode('PutBucketPolicy', 'PUT /b?policy', {}, '{"é":1}').Policy).toBe('{"é":1}')
  })

  it('of 10,000 parts keep their order', () => {
    const parts = Array.from(
      { length: 10_000 },
      (_, index) => `<Part><ETag>"e"</ETag><PartNumber>${index + 1}</PartNumber></Part>`,
    )
    const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`
    const input = decode('CompleteMultipartUpload', 'POST /b/k?uploadId=u', {}, body)
    expect(input.MultipartUpload.Parts).toHaveLength(10_000)
    expect(input.MultipartUpload.Parts?.at(-1)).toEqual({ ETag: '"e"', PartNumber: 10_000 })
  })
})

it('knows what body an operation takes', () => {
  expect(hasStreamingBody('PutObject')).toBe(true)
  expect(hasStreamingBody('DeleteObjects')).toBe(false)
  expect(hasXmlBody('DeleteObjects')).toBe(true)
  expect(hasXmlBody('PutBucketPolicy')).toBe(true)
  expect(hasXmlBody('SelectObjectContent')).toBe(true)
  expect(hasXmlBody('GetObject')).toBe(false)
  expect(requiresChecksum('DeleteObjects')).toBe(true)
  expect(requiresChecksum('PutObject')).toBe(false)
})
