import assert from 'node:assert/strict'
import { SignatureFault } from '../../../packages/server/src/signature/signature-fault.ts'
import { SigningKeyCache } from '../../../packages/server/src/signature/signing-key.ts'
import { verifyPostForm } from '../../../packages/server/src/signature/post-form.ts'
import { verifySignature } from '../../../packages/server/src/signature/verify-signature.ts'
import { parseQuery } from '../../../packages/server/src/signature/canonical-request.ts'
import { amzHeaders, SIGNED_PARAMETERS } from '../../../packages/server/src/signature/version-two-string.ts'
import type { RequestHead } from '../../../packages/server/src/base/request-head.ts'
import { mainCredentials } from '../../support/accounts.ts'
import { signPolicy } from '../../support/post-form.ts'
import { presignQueryTwo, signHeadersTwo, signTwo } from '../../support/signature-v2.ts'
import { amzTimestamp, presignQuery, signHeaders } from '../../support/signature-v4.ts'
import { type FuzzTarget, latin1, laterOutcomeOf } from '../fuzz-target.ts'
import { headOf } from '../head-of.ts'

const now = new Date('2026-03-04T05:06:07Z')
const options = {
  region: 'us-east-1',
  now,
  keys: new SigningKeyCache(),
  versionTwo: { bucketOfHost: (host: string | undefined) => (host === 'b.h' ? 'b' : undefined) },
  findCredential: (id: string) => (id === mainCredentials.accessKeyId ? mainCredentials : undefined),
}
const request = {
  method: 'PUT',
  path: '/bucket/a%20key',
  query: 'tagging=&versionId=1',
  headers: { host: 'h', 'x-amz-acl': 'private' },
  credentials: mainCredentials,
  date: now,
}
const { headers } = signHeaders(request, 'UNSIGNED-PAYLOAD')
const policy = Buffer.from('{"expiration":"2026-12-01T12:00:00Z","conditions":[{"bucket":"b"}]}').toString(
  'base64',
)
const two = { ...request, query: 'tagging&versionId=1&x-amz-meta-a=b' }
const twoHeaders = signHeadersTwo(two, now)
const scope = ['20260304', 'us-east-1', 's3', 'aws4_request']

/** Signatures of requests and of forms: nothing but what was signed here is ever taken as signed. */
export const signatures: FuzzTarget = {
  seeds: [
    `PUT ${request.path}?${request.query}\n${linesOf(headers)}`,
    `PUT ${request.path}?${presignQuery(request, 60)}\nhost: h\nx-amz-acl: private`,
    `PUT ${two.path}?${two.query}\n${linesOf(twoHeaders)}`,
    `PUT ${two.path}?${presignQueryTwo(two, new Date(now.getTime() + 60_000))}\nhost: h\nx-amz-acl: private`,
    [
      'FORM',
      `policy:${policy}`,
      `awsaccesskeyid:${mainCredentials.accessKeyId}`,
      `signature:${signTwo(mainCredentials, policy)}`,
    ].join('\n'),
    [
      'FORM',
      `policy:${policy}`,
      'x-amz-algorithm:AWS4-HMAC-SHA256',
      `x-amz-credential:${[mainCredentials.accessKeyId, ...scope].join('/')}`,
      `x-amz-date:${amzTimestamp(now)}`,
      `x-amz-signature:${signPolicy(policy, scope, mainCredentials)}`,
    ].join('\n'),
  ],
  words: [
    'AWS4-ECDSA-P256-SHA256',
    'Credential=',
    'SignedHeaders=',
    'Signature=',
    'X-Amz-Security-Token=',
    'AWS ',
    'AWSAccessKeyId=',
    'Expires=',
    'x-amz-date: ',
    '&x-amz-',
    '%0A',
    '%26versionId=',
    '%C5%81',
    '\xc5\x81',
  ],
  run: (bytes) => (bytes.subarray(0, 5).equals(FORM) ? checkForm(bytes) : checkRequest(latin1(bytes))),
}

const FORM = Buffer.from('FORM\n')

async function checkRequest(text: string): Promise<void> {
  const head = headOf(text)
  const { value } = await laterOutcomeOf(async () => verifySignature(head, options), isFault)
  if (value?.kind !== 'signed') return
  assert.equal(head.method, request.method)
  assert.equal(decoded(head.path.replaceAll('+', ' ')), decoded(request.path))
  assert.equal(head.headers['x-amz-acl'], 'private')
  if (value.version === 2) return checkTwo(head)
  assert.equal(head.headers['host'], 'h')
  const query = parametersOf(head.query).filter(([name]) => !name?.startsWith('X-Amz-'))
  assert.deepEqual(query, [
    ['tagging', ''],
    ['versionId', '1'],
  ])
}

/** Of the query only what is signed has to be as it was: sub-resources, overrides and headers. */
function checkTwo(head: RequestHead): void {
  assert.equal(head.path, two.path)
  assert.equal(head.headers['content-type'], undefined)
  assert.deepEqual(
    [...amzHeaders(head, parseQuery(head.query).parameters)].filter(([name]) =>
      name.startsWith('x-amz-meta-'),
    ),
    [['x-amz-meta-a', 'b']],
  )
  const query = parametersOf(head.query).filter(([name = '']) => SIGNED_PARAMETERS.has(name))
  assert.deepEqual(query, [
    ['tagging', ''],
    ['versionId', '1'],
  ])
}

function linesOf(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map((pair) => pair.join(': '))
    .join('\n')
}

async function checkForm(bytes: Buffer): Promise<void> {
  const fields = new Map<string, string>()
  for (const line of bytes.toString().split('\n').slice(1)) {
    const colon = line.indexOf(':')
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1))
  }
  const { value } = await laterOutcomeOf(() => verifyPostForm(fields, options), isFault)
  if (value) assert.equal(fields.get('policy'), policy)
}

function isFault(error: Error): boolean {
  return error instanceof SignatureFault
}

function decoded(path: string): string {
  return path.replaceAll(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** In the order of a canonical request. */
function parametersOf(query: string): string[][] {
  const pairs = query.split('&').filter((part) => part !== '')
  return pairs
    .map((pair) => {
      const equals = pair.indexOf('=')
      const parts = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
      return parts.map((part) => decoded(part.replaceAll('+', ' ')))
    })
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
}
