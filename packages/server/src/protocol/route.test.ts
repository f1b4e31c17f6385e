import { describe, expect, it } from 'vitest'
import { S3Error } from '../model/s3-error.ts'
import { SIGNED_PARAMETERS } from '../signature/version-two-string.ts'
import { route } from './route.ts'
import { buildRouteTable } from './route-table.ts'

function routeOf(request: string, headers: Record<string, string> = {}) {
  const [method = '', target = ''] = request.split(' ')
  const [path = '', query = ''] = target.split('?')
  return route({ method, path, query, headers }, ['s3.localhost'])
}

function errorOf(request: string, headers?: Record<string, string>): S3Error {
  try {
    routeOf(request, headers)
  } catch (error) {
    if (error instanceof S3Error) return error
    throw error
  }
  throw new Error(`${request} was routed`)
}

const copy = { 'x-amz-copy-source': 'a/b' }
const form = { 'content-type': 'Multipart/Form-Data; boundary=x' }

describe('operations', () => {
  it.each([
    ['GET /', 'ListBuckets', {}],
    ['GET /?x-id=ListDirectoryBuckets', 'ListDirectoryBuckets', {}],
    ['GET /?max-directory-buckets=3', 'ListDirectoryBuckets', {}],
    ['GET /?acl', 'ListBuckets', {}],
    ['PUT /b', 'CreateBucket', {}],
    ['HEAD /b/', 'HeadBucket', {}],
    ['DELETE /b', 'DeleteBucket', {}],
    ['GET /b', 'ListObjects', {}],
    ['GET /b?list-type=1&list-type=2', 'ListObjects', {}],
    ['GET /b?list-type=2', 'ListObjectsV2', {}],
    ['GET /b?list-type=2&acl', 'GetBucketAcl', {}],
    ['GET /b?versions', 'ListObjectVersions', {}],
    ['GET /b?uploads=', 'ListMultipartUploads', {}],
    ['GET /b?location=x', 'GetBucketLocation', {}],
    ['GET /b?analytics', 'ListBucketAnalyticsConfigurations', {}],
    ['GET /b?analytics&id=1', 'GetBucketAnalyticsConfiguration', {}],
    ['PUT /b?analytics', 'PutBucketAnalyticsConfiguration', {}],
    ['GET /b?uploadId=1', 'ListObjects', {}],
    ['GET /b?session', 'CreateSession', {}],
    ['POST /b?delete', 'DeleteObjects', {}],
    ['POST /b', 'PostObject', form],
    ['POST /b/', 'PostObject', form],
    ['OPTIONS /b/k?acl', 'OptionsObject', {}],
    ['OPTIONS *', 'OptionsObject', {}],
    ['GET /b/k', 'GetObject', {}],
    ['GET /b/k?x-id=PutObject', 'GetObject', {}],
    ['GET /b/k?partNumber=1&versionId=x', 'GetObject', {}],
    ['GET /b/k?session=1&metrics', 'GetObject', {}],
    ['GET /b/k?acl', 'GetObjectAcl', {}],
    ['GET /b/k?attributes', 'GetObjectAttributes', {}],
    ['GET /b/k?uploadId=', 'ListParts', {}],
    ['GET /b/k?annotation', 'ListObjectAnnotations', {}],
    ['GET /b/k?annotation&annotationName=n', 'GetObjectAnnotation', {}],
    ['HEAD /b/k', 'HeadObject', {}],
    ['PUT /b/k', 'PutObject', {}],
    ['PUT /b/k', 'CopyObject', copy],
    ['PUT /b/k?x-amz-copy-source=a%2Fb', 'CopyObject', {}],
    ['PUT /b/k?X-Amz-Copy-Source=a%2Fb', 'CopyObject', {}],
    ['PUT /b/k?partNumber=1&uploadId=u', 'UploadPart', {}],
    ['PUT /b/k?partNumber=1&uploadId=u', 'UploadPartCopy', copy],
    ['PUT /b/k?uploadId=u', 'UploadPart', {}],
    ['PUT /b/k?uploadId=u', 'UploadPartCopy', copy],
    ['PUT /b/k?renameObject', 'RenameObject', {}],
    ['DELETE /b/k', 'DeleteObject', {}],
    ['DELETE /b/k?uploadId=u', 'AbortMultipartUpload', {}],
    ['DELETE /b/k?tagging', 'DeleteObjectTagging', {}],
    ['POST /b/k?uploads', 'CreateMultipartUpload', {}],
    ['POST /b/k?uploadId=u', 'CompleteMultipartUpload', {}],
    ['POST /b/k?select&select-type=2', 'SelectObjectContent', {}],
    ['POST /WriteGetObjectResponse', 'WriteGetObjectResponse', { 'x-amz-request-route': 'r' }],
    ['POST /WriteGetObjectResponse?uploads', 'CreateMultipartUpload', { host: 'b.s3.localhost' }],
  ])('%s: %s', (request, operation, headers) => {
    expect(routeOf(request, headers).operation).toBe(operation)
  })

  it('carries bucket, key and query', () => {
    expect(routeOf('GET /k%20x?versionId=a%2Bb', { host: 'b.s3.localhost' })).toEqual({
      operation: 'GetObject',
      bucket: 'b',
      key: 'k x',
      query: new Map([['versionId', 'a+b']]),
    })
  })
})

describe('refusals', () => {
  it.each([
    ['HEAD /', 'SERVICE', 'GET'],
    ['PATCH /b', 'BUCKET', 'HEAD, DELETE, POST, GET, PUT'],
    ['PATCH /b/k', 'OBJECT', 'HEAD, DELETE, GET, PUT'],
    ['POST /b/k', 'OBJECT', 'HEAD, DELETE, GET, PUT'],
    ['HEAD /b?location', 'LOCATION', 'GET'],
    ['HEAD /b?uploads', 'UPLOADS', 'GET'],
    ['HEAD /b?tagging', 'TAGGING', 'DELETE, GET, PUT'],
    ['HEAD /b/k?uploadId=1', 'UPLOAD', 'DELETE, POST, GET, PUT'],
    ['GET /b?delete', 'MULTI_OBJECT_DELETE', 'POST'],
    ['PUT /b?policyStatus', 'POLICY_STATUS', 'GET'],
  ])('%s is not allowed', (request, type, allow) => {
    const error = errorOf(request)
    expect(error.code).toBe('MethodNotAllowed')
    expect(error.fields).toEqual({ ResourceType: type })
    expect(error.headers).toEqual({ Allow: allow })
  })

  it.each([
    ['GET /b/k?location', 'MethodNotAllowed'],
    ['DELETE /b/k?policy', 'MethodNotAllowed'],
    ['PUT /b?legal-hold', 'MethodNotAllowed'],
    ['GET /b?torrent', 'RequestTorrentOfBucketError'],
    ['PUT /b/k?partNumber=1', 'InvalidArgument'],
    ['GET /b?acl&policy', 'InvalidArgument'],
    ['GET /b/%ff', 'InvalidURI'],
    ['GET /b?prefix=%ff', 'InvalidURI'],
  ])('%s: %s', (request, code) => {
    expect(errorOf(request).code).toBe(code)
  })

  it('names both of two sub-resources', () => {
    const error = errorOf('GET /b?prefix=x&acl&versioning')
    expect(error.message).toBe('Conflicting query string parameters: acl, versioning')
    expect(error.fields).toEqual({ ArgumentName: 'ResourceType', ArgumentValue: 'acl' })
  })

  it('knows no sub-resource that Signature Version 2 does not cover', () => {
    const { bucket, object } = buildRouteTable()
    const selectors = [...bucket.keys(), ...object.keys()].filter((selector) => selector !== '')
    expect(selectors.filter((selector) => !SIGNED_PARAMETERS.has(selector))).toEqual([])
  })

  it('takes only forms from a POST to a bucket', () => {
    const error = errorOf('POST /b', { 'content-type': 'application/xml' })
    expect(error.code).toBe('PreconditionFailed')
    expect(error.fields).toEqual({
      Condition: 'Bucket POST must be of the enclosure-type multipart/form-data',
    })
  })
})
