import assert from 'node:assert/strict'
import { parseCopySource } from '../../../packages/server/src/model/copy-source.ts'
import { parseRange } from '../../../packages/server/src/model/http-range.ts'
import { operationNames } from '../../../packages/server/src/model/operation-names.gen.ts'
import { S3Error } from '../../../packages/server/src/model/s3-error.ts'
import type { OperationName } from '../../../packages/server/src/model/types.gen.ts'
import { metadataFromHeader, metadataToHeader } from '../../../packages/server/src/model/user-metadata.ts'
import { addressOf } from '../../../packages/server/src/protocol/address.ts'
import { decodeInput, hasStreamingBody, hasXmlBody } from '../../../packages/server/src/protocol/decode.ts'
import { parseQuery } from '../../../packages/server/src/protocol/query.ts'
import { route } from '../../../packages/server/src/protocol/route.ts'
import { websiteOf } from '../../../packages/server/src/protocol/website-address.ts'
import { tagsOfHeader } from '../../../packages/server/src/s3/shared/object/tags.ts'
import { type FuzzTarget, latin1, outcomeOf } from '../fuzz-target.ts'
import { headOf } from '../head-of.ts'

const domains = ['s3.example.com', 'localhost']
const names: ReadonlySet<string> = new Set(operationNames)

/** Targets, queries and headers: routing, decoding, and the headers that have a language of their own. */
export const requests: FuzzTarget = {
  seeds: [
    'GET /b/k%20a?versionId=v&response-content-type=a%2Fb\nhost: s3.example.com\nrange: bytes=0-9\nif-modified-since: Sat, 29 Oct 1994 19:43:31 GMT',
    'PUT /a//b/../c?partNumber=1&uploadId=u\nhost: bucket.s3.example.com:9000\ncontent-length: 5',
    'PUT /b/k\nx-amz-copy-source: /b/k%3F?versionId=v\nx-amz-tagging: a=b&c=d\nx-amz-meta-a: =?UTF-8?B?w6Q=?=\nx-amz-object-lock-retain-until-date: 2027-01-01T00:00:00Z',
    'GET /b?list-type=2&max-keys=5&prefix=a+b&delimiter=%2F&encoding-type=url&continuation-token=t\nhost: h',
    'GET /\nhost: www.b.s3-website-us-east-1.localhost:80',
    'OPTIONS *\nhost: h',
    'GET /arn%3Aaws%3As3%3Aus-east-1%3A100000000001%3Aaccesspoint/abc/k\nhost: h\nx-amz-copy-source: arn:aws:s3:us-east-1:100000000001:accesspoint/abc/object/k',
    'GET /k\nhost: abc-100000000001.s3-accesspoint.us-east-1.localhost',
    'POST /b?delete\nhost: h\nx-amz-meta-b: =?iso-8859-1?q?a=E4_b?= =?us-ascii?Q?x?=',
    'GET /b/k?attributes\nx-amz-object-attributes: ETag,ObjectParts\nx-amz-max-parts: 5',
  ],
  words: [
    'bytes=',
    '-5',
    'x-amz-',
    '%2F',
    '%00',
    '%ff',
    '%C3%A4',
    '?versionId=',
    'arn:aws:s3:::',
    'arn:aws:s3:us-east-1:100000000001:accesspoint/abc/object/',
    '-s3alias',
    'list-type=2',
    'uploads',
    'acl',
  ],
  run(bytes) {
    const head = headOf(latin1(bytes))
    outcomeOf(() => addressOf(head, domains), isS3Error)
    websiteOf(head.headers['host'], {
      region: 'us-east-1',
      domains,
      named: new Map([['www.example.com', 'b']]),
    })
    const { value: routed } = outcomeOf(() => route(head, domains), isS3Error)
    if (routed && names.has(routed.operation)) {
      const operation = routed.operation as OperationName
      const hasBody = hasXmlBody(operation) || hasStreamingBody(operation)
      if (!hasBody) outcomeOf(() => decodeInput(operation, routed, head, undefined), isS3Error)
    }
    headerLanguages(head.headers)
    queryRoundTrip(head.query)
  },
}

function headerLanguages(headers: Readonly<Record<string, string | undefined>>): void {
  outcomeOf(() => parseCopySource(headers['x-amz-copy-source'] ?? ''), isS3Error)
  outcomeOf(() => tagsOfHeader(headers['x-amz-tagging'] ?? ''), isS3Error)
  const range = parseRange(headers['range'], 100)
  if (typeof range === 'object') assert.ok(range.start >= 0 && range.start < range.end && range.end <= 100)
  const metadata = metadataFromHeader(headers['x-amz-meta-a'] ?? '')
  if (!metadata.includes('=?')) assert.equal(metadataFromHeader(metadataToHeader(metadata)), metadata)
}

function queryRoundTrip(query: string): void {
  const { value } = outcomeOf(() => parseQuery(query), isS3Error)
  if (!value) return
  const written = [...value].map((pair) => pair.map(encodeURIComponent).join('=')).join('&')
  assert.deepEqual([...parseQuery(written)], [...value])
}

function isS3Error(error: Error): boolean {
  return error instanceof S3Error && error.status < 500
}
