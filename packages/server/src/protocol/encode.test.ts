import { describe, expect, it } from 'vitest'
import { S3Error } from '../model/s3-error.ts'
import type { OperationName, OperationOutputs } from '../model/types.gen.ts'
import { encodeOutput } from './encode.ts'
import { encodeError } from './error-document.ts'

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
const xmlns = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
const instant = new Date('2009-10-12T17:50:30.123Z')

/** An answer whose document is text. */
function encoded<Name extends OperationName>(operation: Name, output: OperationOutputs[Name]) {
  const response = encodeOutput(operation, output)
  return response.body instanceof Uint8Array
    ? { ...response, body: Buffer.from(response.body).toString() }
    : response
}

describe('answers', () => {
  it('of headers', () => {
    const output = {
      StatusCode: 206,
      Body: 'bytes',
      LastModified: instant,
      ContentLength: 5,
      ETag: '"e"',
      Expires: 'whenever',
      DeleteMarker: false,
      VersionId: undefined,
      ObjectLockRetainUntilDate: instant,
      Metadata: { plain: 'a b', accent: 'é', breaking: 'a\r\nb' },
      ContentDisposition: 'filename="é"',
      ContentLanguage: 'a\r\nb: c',
    }
    expect(encoded('GetObject', output)).toEqual({
      status: 206,
      headers: {
        'Last-Modified': 'Mon, 12 Oct 2009 17:50:30 GMT',
        'Content-Length': '5',
        ETag: '"e"',
        Expires: 'whenever',
        'x-amz-delete-marker': 'false',
        'x-amz-object-lock-retain-until-date': '2009-10-12T17:50:30.123Z',
        'x-amz-meta-plain': 'a b',
        'x-amz-meta-accent': '=?UTF-8?B?w6k=?=',
        'x-amz-meta-breaking': '=?UTF-8?B?YQ0KYg==?=',
        'Content-Disposition': 'filename="\u00c3\u00a9"',
        'Content-Language': 'a  b: c',
      },
      body: 'bytes',
    })
  })

  it.each([
    ['GetObject', 200],
    ['DeleteObject', 204],
    ['DeleteBucket', 204],
    ['PutBucketPolicy', 204],
    ['CreateBucket', 200],
  ] as const)('%s: %d', (operation, status) => {
    expect(encoded(operation, {})).toEqual({ status, headers: {} })
  })

  it('of documents', () => {
    const output = {
      Name: 'b',
      Prefix: '',
      IsTruncated: false,
      KeyCount: 1,
      Contents: [
        {
          Key: 'a<&>"\u0001\r\n',
          LastModified: instant,
          Size: 5,
          ChecksumAlgorithm: ['CRC32', 'SHA1'] as const,
        },
      ],
      CommonPrefixes: [{ Prefix: 'x/' }, { Prefix: 'y/' }],
      RequestCharged: 'requester' as const,
    }
    expect(encoded('ListObjectsV2', output)).toEqual({
      status: 200,
      headers: { 'Content-Type': 'application/xml', 'x-amz-request-charged': 'requester' },
      body:
        `${declaration}<ListBucketResult ${xmlns}><IsTruncated>false</IsTruncated>` +
        '<Contents><Key>a&lt;&amp;&gt;&quot;&#x1;&#xd;\n</Key><LastModified>2009-10-12T17:50:30.123Z</LastModified>' +
        '<ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumAlgorithm>SHA1</ChecksumAlgorithm><Size>5</Size></Contents>' +
        '<Name>b</Name><Prefix></Prefix><CommonPrefixes><Prefix>x/</Prefix></CommonPrefixes>' +
        '<CommonPrefixes><Prefix>y/</Prefix></CommonPrefixes><KeyCount>1</KeyCount></ListBucketResult>',
    })
  })

  it('with a grantee', () => {
    const grant = { Grantee: { Type: 'CanonicalUser', ID: 'i' }, Permission: 'READ' } as const
    expect(encoded('GetBucketAcl', { Grants: [grant] }).body).toBe(
      `${declaration}<AccessControlPolicy ${xmlns}><AccessControlList><Grant>` +
        '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>i</ID></Grantee>' +
        '<Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>',
    )
  })

  it('with a payload of its own', () => {
    const { body, headers } = encoded('CopyObject', {
      CopyObjectResult: { ETag: '"e"' },
      VersionId: 'v',
    })
    expect(body).toBe(
      `${declaration}<CopyObjectResult ${xmlns}><ETag>&quot;e&quot;</ETag></CopyObjectResult>`,
    )
    expect(headers).toEqual({ 'Content-Type': 'application/xml', 'x-amz-version-id': 'v' })
    expect(encoded('GetBucketPolicy', { Policy: '{}' })).toEqual({
      status: 200,
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
    })
  })

  it.each([
    [undefined, ''],
    ['us-east-1', ''],
    ['eu-west-1', 'eu-west-1'],
  ])('with a location: %s', (region, text) => {
    expect(encoded('GetBucketLocation', { LocationConstraint: region }).body).toBe(
      `${declaration}<LocationConstraint ${xmlns}>${text}</LocationConstraint>`,
    )
  })
})

describe('errors', () => {
  const request = { requestId: 'r', hostId: 'h', resource: '/b/k&', method: 'GET' }

  it('are documents with their own fields in order', () => {
    const error = new S3Error('NoSuchKey', { Key: 'a<b' }, { headers: { 'x-amz-delete-marker': 'true' } })
    expect(encodeError(error, request)).toEqual({
      status: 404,
      headers: { 'x-amz-delete-marker': 'true', 'Content-Type': 'application/xml' },
      body:
        `${declaration}<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>` +
        '<Key>a&lt;b</Key><RequestId>r</RequestId><HostId>h</HostId></Error>',
    })
  })

  it('name the method that is not allowed', () => {
    const error = new S3Error('MethodNotAllowed', { ResourceType: 'DeleteMarker' })
    const { body } = encodeError(error, { ...request, method: 'PUT' })
    expect(body).toContain('<Method>PUT</Method><ResourceType>DeleteMarker</ResourceType><RequestId>')
  })

  it('name the resource where nothing else does', () => {
    expect(encodeError(new S3Error('AccessDenied'), request).body).toBe(
      `${declaration}<Error><Code>AccessDenied</Code><Message>Access Denied</Message>` +
        '<Resource>/b/k&amp;</Resource><RequestId>r</RequestId><HostId>h</HostId></Error>',
    )
  })

  it('have no body for HEAD and where nothing changed', () => {
    expect(encodeError(new S3Error('NoSuchKey'), { ...request, method: 'HEAD' })).toEqual({
      status: 404,
      headers: {},
    })
    expect(encodeError(new S3Error('NotModified', {}, { headers: { ETag: '"e"' } }), request)).toEqual({
      status: 304,
      headers: { ETag: '"e"' },
    })
  })
})
