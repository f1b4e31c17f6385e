import { PutBucketPolicyCommand } from '@aws-sdk/client-s3'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { AccessRoom, owner, policyDocument, type Statement, withMd5, writer } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const POLICY = { query: 'policy=' }
const put = (body: string) => ({ ...POLICY, body, headers: withMd5(body) })
/** A policy that is valid for every bucket whose name begins with `bucket-`. */
const anyBucket = (statement: Statement) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::bucket-*/*',
        ...statement,
      },
    ],
  })

describeBucketRequest(() => room, { method: 'PUT', ...put(anyBucket({})) })

it('answers 204 and keeps the text as it came', async () => {
  const bucket = await room.bucket()
  const text = `${policyDocument(bucket, [{ Action: 's3:*', Sid: 'Ünïcode' }])}\n`
  const answer = await room.must('owner', 'PUT', bucket, undefined, put(text))
  expect([answer.status, answer.body.length]).toEqual([204, 0])
  const shown = await room.must('owner', 'GET', bucket, undefined, POLICY)
  expect([shown.text, shown.headers['content-type']]).toEqual([text, 'application/json'])
  const client = room.client()
  await client.send(
    new PutBucketPolicyCommand({
      Bucket: bucket,
      Policy: policyDocument(bucket, [{ Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` }]),
    }),
  )
  client.destroy()
})

it('replaces the policy, at once', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  const onObjects = { Resource: `arn:aws:s3:::${bucket}/*` }
  await room.policy(bucket, { Action: 's3:GetObject', ...onObjects })
  expectSuccess(await room.ask('anonymous', 'GET', bucket, 'key'))
  await room.policy(bucket, { Action: 's3:PutObject', ...onObjects })
  expectError(await room.ask('anonymous', 'GET', bucket, 'key'), 403, 'AccessDenied')
})

describe('is refused, with S3’s words,', () => {
  const long = anyBucket({ Sid: 'x'.repeat(20_480) })
  const CASES: [what: string, text: string, message: RegExp][] = [
    ['without JSON', 'nothing', /first byte must be '{'/],
    ['with JSON that is no object', '[]', /./],
    ['with JSON that is cut off', anyBucket({}).slice(0, -1), /invalid Json/],
    [
      'with a member given twice',
      anyBucket({}).replace('"Effect"', '"\\u0045ffect":"Deny","Effect"'),
      /^This policy contains invalid Json: Statement\[0\]\.Effect: given twice$/,
    ],
    ['that is longer than 20 KB', long, /maximum allowed document size/],
    ['of an unknown version', anyBucket({}).replace('2012-10-17', '2024-01-01'), /version/],
    ['with an unknown element', anyBucket({ Allow: 'x' }), /Unknown field Allow/],
    ['without statements', '{"Version":"2012-10-17"}', /Missing required field Statement/],
    ['with an empty list of them', '{"Version":"2012-10-17","Statement":[]}', /Statement is empty/],
    ['without an effect', anyBucket({ Effect: undefined }), /Missing required field Effect/],
    ['with an unknown effect', anyBucket({ Effect: 'Perhaps' }), /Invalid effect: Perhaps/],
    ['without a principal', anyBucket({ Principal: undefined }), /Principal/],
    [
      'for an account that is not',
      anyBucket({ Principal: { AWS: '999999999999' } }),
      /Invalid principal in policy/,
    ],
    [
      'for an ARN of one that is not',
      anyBucket({ Principal: { AWS: 'arn:aws:iam::999999999999:root' } }),
      /Invalid principal in policy/,
    ],
    [
      'for a canonical user who is not',
      anyBucket({ Principal: { CanonicalUser: 'f'.repeat(64) } }),
      /Invalid principal in policy/,
    ],
    [
      'for a user who is not',
      anyBucket({ Principal: { AWS: `arn:aws:iam::${writer.id}:user/nobody` } }),
      /Invalid principal in policy/,
    ],
    [
      'for an unknown kind of principal',
      anyBucket({ Principal: { Google: 'x' } }),
      /Invalid principal in policy/,
    ],
    [
      'that allows all but somebody',
      anyBucket({ Principal: undefined, NotPrincipal: { AWS: writer.id } }),
      /NotPrincipal/,
    ],
    ['about an action that is not', anyBucket({ Action: 's3:Fly' }), /Policy has invalid action/],
    ['about another service', anyBucket({ Action: 'sqs:SendMessage' }), /Policy has invalid action/],
    [
      'about another bucket',
      anyBucket({ Resource: 'arn:aws:s3:::another/*' }),
      /Policy has invalid resource/,
    ],
    ['about all buckets', anyBucket({ Resource: '*' }), /Policy has invalid resource/],
    [
      'where action and resource do not fit',
      anyBucket({ Action: 's3:ListBucket' }),
      /Action does not apply to any resource/,
    ],
    [
      'with an unknown operator',
      anyBucket({ Condition: { Resembles: { 'aws:Referer': 'x' } } }),
      /Invalid Condition type : Resembles/,
    ],
    [
      'with an unknown key',
      anyBucket({ Condition: { StringEquals: { 's3:mood': 'x' } } }),
      /invalid condition key/,
    ],
    [
      'with a key that the action has not',
      anyBucket({ Condition: { StringEquals: { 's3:prefix': 'x' } } }),
      /Conditions do not apply to combination/,
    ],
    [
      'with a number that is none',
      anyBucket({ Condition: { NumericEquals: { 'aws:EpochTime': 'noon' } } }),
      /./,
    ],
    [
      'with an address that is none',
      anyBucket({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/99' } } }),
      /./,
    ],
    [
      'with one Sid twice',
      `{"Version":"2012-10-17","Statement":[${'x,x'.replaceAll('x', JSON.stringify({ Sid: 'a', Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::bucket-*' }))}]}`,
      /must be unique/,
    ],
  ]
  it.each(CASES)('%s', async (_, text, message) => {
    const bucket = await room.bucket()
    const element = expectError(
      await room.ask('owner', 'PUT', bucket, undefined, put(text)),
      400,
      'MalformedPolicy',
    )
    expect(element('Message')).toMatch(message)
    expectError(await room.ask('owner', 'GET', bucket, undefined, POLICY), 404, 'NoSuchBucketPolicy')
  })

  it('that is not UTF-8', async () => {
    const body = Buffer.from(anyBucket({ Sid: 'é' }), 'latin1')
    const answer = await room.ask('owner', 'PUT', await room.bucket(), undefined, { ...POLICY, body })
    expectError(answer, 400, 'MalformedPolicy')
  })

  it('that is empty', async () => {
    expectError(
      await room.ask('owner', 'PUT', await room.bucket(), undefined, POLICY),
      400,
      'MissingRequestBodyError',
    )
  })
})

it('takes exactly 20 KB', async () => {
  const text = anyBucket({})
  const filled = text.slice(0, -1) + ' '.repeat(20_480 - text.length) + '}'
  const answer = await room.ask('owner', 'PUT', await room.bucket(), undefined, put(filled))
  expectSuccess(answer, 204)
})

it('takes every form of principal', async () => {
  const bucket = await room.bucket()
  const forms = [
    '*',
    { AWS: '*' },
    { AWS: [writer.id, `arn:aws:iam::${owner.id}:root`] },
    { CanonicalUser: writer.canonicalId },
    { Service: 'logging.s3.amazonaws.com' },
    { Federated: 'accounts.google.com' },
  ]
  const allButOwner = { Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS: owner.id } }
  for (const statement of [...forms.map((Principal) => ({ Principal })), allButOwner]) {
    expectSuccess(await room.ask('owner', 'PUT', bucket, undefined, put(anyBucket(statement))), 204)
  }
})

it('is for the bucket’s own account alone, whatever the policy says', async () => {
  const bucket = await room.bucket()
  await room.policy(bucket, { Action: 's3:*BucketPolicy', Resource: `arn:aws:s3:::${bucket}` })
  for (const method of ['GET', 'DELETE']) {
    expectError(await room.ask('writer', method, bucket, undefined, POLICY), 405, 'MethodNotAllowed')
  }
  expectError(await room.ask('writer', 'PUT', bucket, undefined, put(anyBucket({}))), 405, 'MethodNotAllowed')
})

it('can always be mended by its account', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  await room.policy(bucket, { Effect: 'Deny', Action: 's3:*' })
  expectError(await room.ask('owner', 'GET', bucket, 'key'), 403, 'AccessDenied')
  expectError(
    await room.ask('owner', 'GET', bucket, undefined, { query: 'policyStatus=' }),
    403,
    'AccessDenied',
  )
  expectError(await room.ask('owner', 'DELETE', bucket), 403, 'AccessDenied')
  expectSuccess(await room.ask('owner', 'GET', bucket, undefined, POLICY))
  await room.policy(bucket, { Effect: 'Deny', Action: 's3:*', Principal: { AWS: writer.id } })
  expectSuccess(await room.ask('owner', 'GET', bucket, 'key'))
  await room.policy(bucket, { Effect: 'Deny', Action: 's3:*' })
  await room.set(bucket, 'policy')
  expectSuccess(await room.ask('owner', 'GET', bucket, 'key'))
})

it('hostile policies never fail the server', { timeout: 60_000 }, async () => {
  const bucket = await room.bucket()
  const arn = `arn:aws:s3:::${bucket}`
  const leaf = fc.oneof(
    fc.constantFrom(
      '*',
      's3:*',
      's3:GetObject',
      arn,
      `${arn}/*`,
      `${arn}/\${aws:username}`,
      '${',
      writer.id,
      'true',
      '10.0.0.0/8',
    ),
    fc.string({ maxLength: 20 }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  )
  const value = fc.oneof(
    leaf,
    fc.array(leaf, { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('AWS', 'Service', 'CanonicalUser', '__proto__', 'x'), leaf),
  )
  const operator = fc.constantFrom(
    'StringLike',
    'ForAllValues:ArnLikeIfExists',
    'Null',
    'IpAddress',
    'DateLessThan',
    'Bool',
    'constructor',
  )
  const key = fc.constantFrom(
    'aws:SourceIp',
    's3:prefix',
    'aws:PrincipalTag/a',
    'aws:CurrentTime',
    '__proto__',
  )
  const statement = fc.record(
    {
      Sid: value,
      Effect: fc.oneof(fc.constantFrom('Allow', 'Deny'), value),
      Principal: fc.oneof(fc.constant('*'), value),
      NotPrincipal: value,
      Action: fc.oneof(fc.constantFrom('s3:*', 's3:GetObject'), value),
      NotAction: value,
      Resource: fc.oneof(fc.constantFrom(arn, `${arn}/*`), value),
      Condition: fc.oneof(fc.dictionary(operator, fc.dictionary(key, value)), value),
    },
    { requiredKeys: ['Effect', 'Principal', 'Action', 'Resource'] },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(statement, { maxLength: 3 }), async (Statement) => {
      const body = JSON.stringify({ Version: '2012-10-17', Statement })
      const answer = await room.ask('owner', 'PUT', bucket, undefined, put(body))
      expect([204, 400]).toContain(answer.status)
      expect((await room.ask('writer', 'GET', bucket, 'key')).status).toBeLessThan(500)
    }),
    { numRuns: 200 },
  )
})
