import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { S3Error } from '../model/s3-error.ts'
import { checkFormPolicy } from './form-policy.ts'

const now = new Date('2026-01-01T00:00:00Z')
const bucket = { bucket: 'b' }

function check(document: unknown, fields: Record<string, string> = {}) {
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  const policy = Buffer.from(text).toString('base64')
  return checkFormPolicy(policy, { fields: new Map(Object.entries(fields)), bucket: 'b', now })
}

function checkConditions(conditions: readonly unknown[], fields: Record<string, string> = {}) {
  return check({ expiration: '2026-01-01T00:00:01Z', conditions: [bucket, ...conditions] }, fields)
}

function errorOf(run: () => unknown): [code: string, message: string] {
  try {
    run()
  } catch (error) {
    if (error instanceof S3Error) return [error.code, error.message]
    throw error
  }
  throw new Error('the policy was accepted')
}

const denied = (reason: string) => ['AccessDenied', `Invalid according to Policy: ${reason}`]
const invalid = (reason: string) => ['InvalidPolicyDocument', `Invalid Policy: ${reason}`]

describe('a condition', () => {
  it.each<[condition: unknown, fields: Record<string, string>]>([
    [{ acl: 'public-read' }, { acl: 'public-read' }],
    [{ ACL: 'public-read' }, { acl: 'public-read' }],
    [['eq', '$acl', 'public-read'], { acl: 'public-read' }],
    [['starts-with', '$key', 'user/eric/'], { key: 'user/eric/a' }],
    [['starts-with', '$key', ''], { key: '' }],
    [['starts-with', '$KEY', 'u'], { key: 'u,v' }],
    [['starts-with', '$Content-Type', 'image/'], { 'content-type': 'image/jpg,image/png, image/gif' }],
    [['eq', '$x-amz-meta-a', 'x, y'], { 'x-amz-meta-a': 'x, y' }],
    [['starts-with', '$success_action_status', ''], { success_action_status: '201' }],
    [['starts-with', '$x-amz-date', '2026'], { 'x-amz-date': '20261130T000000Z' }],
  ])('%j is met by %j', (condition, fields) => {
    expect(checkConditions([condition], fields)).toEqual([])
  })

  it.each<[condition: unknown, fields: Record<string, string>, text: string]>([
    [{ acl: 'public-read' }, { acl: 'Public-Read' }, '["eq", "$acl", "public-read"]'],
    [{ acl: 'public-read' }, {}, '["eq", "$acl", "public-read"]'],
    [['starts-with', '$key', 'a/'], { key: 'b' }, '["starts-with", "$key", "a/"]'],
    [['starts-with', '$x-amz-meta-tag', ''], {}, '["starts-with", "$x-amz-meta-tag", ""]'],
    [
      ['starts-with', '$Content-Type', 'image/'],
      { 'content-type': 'image/jpg,text/plain' },
      '["starts-with", "$Content-Type", "image/"]',
    ],
    [
      ['starts-with', '$x-amz-meta-a', 'image/'],
      { 'x-amz-meta-a': 'text/image/' },
      '["starts-with", "$x-amz-meta-a", "image/"]',
    ],
    [['eq', 'acl', 'private'], { acl: 'private' }, '["eq", "acl", "private"]'],
    [['ends-with', '$key', 'a'], { key: 'a' }, '["ends-with", "$key", "a"]'],
    [['eq', '$key'], { key: 'a' }, '["eq", "$key"]'],
    [['eq', '$key', 1], { key: '1' }, '["eq", "$key", 1]'],
    [[], {}, '[]'],
    [['content-length-range', 'a', 1], {}, '["content-length-range", "a", 1]'],
    [['content-length-range', -1, 1], {}, '["content-length-range", -1, 1]'],
    [['content-length-range', 1], {}, '["content-length-range", 1]'],
  ])('%j is not met by %j', (condition, fields, text) => {
    expect(errorOf(() => checkConditions([condition], fields))).toEqual(
      denied(`Policy Condition failed: ${text}`),
    )
  })

  it('about the bucket is about that of the request', () => {
    const conditions = [{ bucket: 'other' }]
    const document = { expiration: '2026-01-01T00:00:01Z', conditions }
    expect(errorOf(() => check(document, { bucket: 'other' }))).toEqual(
      denied('Policy Condition failed: ["eq", "$bucket", "other"]'),
    )
  })

  it('gives the sizes a file may have', () => {
    expect(checkConditions([['content-length-range', 1, 10]])).toEqual([{ minimum: 1, maximum: 10 }])
    expect(
      checkConditions([
        ['content-length-range', '0', '7'],
        ['content-length-range', 5, 9],
      ]),
    ).toEqual([
      { minimum: 0, maximum: 7 },
      { minimum: 5, maximum: 9 },
    ])
  })
})

describe('fields', () => {
  it('have to stand in the policy, and so does the bucket', () => {
    expect(errorOf(() => checkConditions([], { a: '1', 'x-amz-meta-b': '2' }))).toEqual(
      denied('Extra input fields: a, x-amz-meta-b'),
    )
    expect(errorOf(() => check({ expiration: '2026-01-01T00:00:01Z', conditions: [] }))).toEqual(
      denied('Extra input fields: bucket'),
    )
  })
  it('need not, where they cannot or are to be ignored', () => {
    const fields = { policy: 'p', file: 'f', 'x-amz-signature': 's', 'x-ignore-me': 'i', 'x-ignore-': 'j' }
    expect(checkConditions([], fields)).toEqual([])
  })
})

describe('the document', () => {
  it.each([
    ['{', 'Invalid JSON. the text ends too early'],
    ['', 'Invalid JSON. the text ends too early'],
    ['[]', 'Invalid JSON.'],
    ['null', 'Invalid JSON.'],
    ['{"a":1,,}', 'Invalid JSON. expected a name in double quotes, found "}"'],
    ['{"conditions":[],"conditions":[]}', 'Invalid JSON. conditions: given twice'],
    [
      '{"conditions":[{"acl":"private","\\u0061cl":"public-read"}]}',
      'Invalid JSON. conditions[0].acl: given twice',
    ],
    ['{"conditions":[]} {}', 'Invalid JSON. more text after the end'],
    [{ conditions: [] }, 'Policy missing expiration.'],
    [{ expiration: '2027-01-01T00:00:00Z' }, 'Policy missing conditions.'],
    [{ expiration: '2027-01-01', conditions: [] }, `Invalid 'expiration' value: '"2027-01-01"'`],
    [{ expiration: 1, conditions: [] }, `Invalid 'expiration' value: '1'`],
    [
      { expiration: '2027-01-01T00:00:00+02:00', conditions: [] },
      `Invalid 'expiration' value: '"2027-01-01T00:00:00+02:00"'`,
    ],
    [
      { expiration: '2027-02-30T00:00:00Z', conditions: [] },
      `Invalid 'expiration' value: '"2027-02-30T00:00:00Z"'`,
    ],
    [{ expiration: '2027-01-01T00:00:00Z', conditions: {} }, "Invalid 'conditions' value: must be a List."],
    [
      { expiration: '2027-01-01T00:00:00Z', conditions: ['a'] },
      'Conditions must be Lists or Simple-Conditions.',
    ],
    [
      { expiration: '2027-01-01T00:00:00Z', conditions: [{ a: 'b', c: 'd' }] },
      'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.',
    ],
    [
      { expiration: '2027-01-01T00:00:00Z', conditions: [{}] },
      'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.',
    ],
    [
      { expiration: '2027-01-01T00:00:00Z', conditions: [{ success_action_status: 201 }] },
      'Invalid Simple-Condition: value must be a string.',
    ],
  ])('%j is refused', (document, reason) => {
    expect(errorOf(() => check(document))).toEqual(invalid(reason))
  })

  it('that is no UTF-8 is refused', () => {
    const policy = Buffer.from([0xff, 0xfe]).toString('base64')
    expect(errorOf(() => checkFormPolicy(policy, { fields: new Map(), bucket: 'b', now }))).toEqual(
      invalid('Invalid JSON.'),
    )
  })

  it('expires at its second', () => {
    const document = (expiration: string) => ({ expiration, conditions: [bucket] })
    expect(check(document('2026-01-01T00:00:00.001Z'))).toEqual([])
    expect(errorOf(() => check(document('2026-01-01T00:00:00.000Z')))).toEqual(denied('Policy expired.'))
  })

  it('may have a last comma, as in the documentation', () => {
    const text = `{ "expiration": "2027-12-01T12:00:00.000Z",
      "conditions": [ {"acl": "public-read" }, {"bucket": "b" }, ["starts-with", "$key", "user/eric/"], ] }`
    expect(check(text, { acl: 'public-read', key: 'user/eric/,]' })).toEqual([])
  })

  it.each<[escaped: string, value: string]>([
    ['\\\\', '\\'],
    ['\\$', '$'],
    ['\\\\\\$', '\\$'],
    ['a\\v\\t\\n\\r\\f\\b', 'a\v\t\n\r\f\b'],
    ['\\u00e4', 'ä'],
    ['x,]', 'x,]'],
    ['\\",}', '",}'],
  ])('escapes %s', (escaped, value) => {
    const text = `{"expiration":"2027-12-01T12:00:00Z","conditions":[{"bucket":"b"},{"x-amz-meta-a":"${escaped}"}]}`
    expect(check(text, { 'x-amz-meta-a': value })).toEqual([])
  })

  it('may be anything without any other failure', () => {
    const conditions = fc.array(
      fc.oneof(
        fc.jsonValue(),
        fc.array(
          fc.oneof(fc.constantFrom('eq', 'starts-with', '$key', 'content-length-range'), fc.jsonValue()),
        ),
      ),
    )
    const documents = fc.oneof(
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.string({ unit: 'binary' }),
      conditions.map((list) => JSON.stringify({ expiration: '2027-01-01T00:00:00Z', conditions: list })),
    )
    fc.assert(
      fc.property(documents, (document) => {
        expect(['InvalidPolicyDocument', 'AccessDenied']).toContain(errorOf(() => check(document))[0])
      }),
      { numRuns: 500 },
    )
  })
})
