import { describe, expect, it } from 'vitest'
import { mainCredentials } from '../../../../tests/support/accounts.ts'
import { amzTimestamp, presignQuery, signHeaders } from '../../../../tests/support/signature-v4.ts'
import type { RequestHead } from '../base/request-head.ts'
import type { Credential } from './credential.ts'
import { SignatureFault } from './signature-fault.ts'
import { SigningKeyCache } from './signing-key.ts'
import { type Authentication, verifySignature } from './verify-signature.ts'

const now = new Date('2026-03-04T05:06:07Z')
const host = '127.0.0.1:9000'
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const keys = new SigningKeyCache()

interface Account extends Credential {
  readonly account: string
}

async function verify(
  head: Partial<RequestHead>,
  options: { now?: Date; credential?: Partial<Account>; services?: string[] } = {},
): Promise<Authentication<Account>> {
  return verifySignature(
    { method: 'GET', path: '/bucket/key', query: '', headers: {}, ...head },
    {
      region: 'us-east-1',
      now: options.now ?? now,
      keys,
      ...(options.services && { services: options.services }),
      findCredential: (id) =>
        id === mainCredentials.accessKeyId
          ? { secretAccessKey: mainCredentials.secretAccessKey, account: 'main', ...options.credential }
          : undefined,
    },
  )
}

async function faultOf(result: Promise<unknown>): Promise<SignatureFault> {
  const fault: unknown = await result.catch((error: unknown) => error)
  expect(fault).toBeInstanceOf(SignatureFault)
  return fault as SignatureFault
}

/** A request signed in the header, with what the test changes before and after signing. */
function signed(
  before: {
    headers?: Record<string, string>
    query?: string
    path?: string
    payload?: string
    date?: Date
  } = {},
  after: Record<string, string | undefined> = {},
): RequestHead {
  const { query = '', path = '/bucket/key' } = before
  const request = { method: 'GET', path, query, headers: { host, ...before.headers } }
  const { headers } = signHeaders(
    { ...request, credentials: mainCredentials, date: before.date ?? now },
    before.payload ?? emptyHash,
  )
  return { ...request, headers: { ...headers, ...after } }
}

function editAuthorization(edit: (authorization: string) => string): RequestHead {
  const head = signed()
  return { ...head, headers: { ...head.headers, authorization: edit(head.headers['authorization'] ?? '') } }
}

function presigned(
  edit: (query: string) => string = (query) => query,
  {
    date = now,
    expires = 60,
    headers = {},
  }: { date?: Date; expires?: number; headers?: Record<string, string> } = {},
): RequestHead {
  const request = {
    method: 'GET',
    path: '/bucket/key',
    headers: { host },
    credentials: mainCredentials,
    date,
  }
  return { ...request, query: edit(presignQuery(request, expires)), headers: { host, ...headers } }
}

describe('a signature in the header', () => {
  it('says who signed, when, and what the body must be', async () => {
    expect(await verify(signed())).toEqual({
      kind: 'signed',
      version: 4,
      form: 'header',
      accessKeyId: mainCredentials.accessKeyId,
      credential: { secretAccessKey: mainCredentials.secretAccessKey, account: 'main' },
      signedAtMilliseconds: now.getTime(),
      payload: { kind: 'sha256', digest: Buffer.from(emptyHash, 'hex') },
    })
  })

  it('waits for a credential that is looked up elsewhere', async () => {
    const result = await verifySignature(signed(), {
      region: 'us-east-1',
      now,
      keys,
      findCredential: (id) => Promise.resolve({ secretAccessKey: mainCredentials.secretAccessKey, id }),
    })
    expect(result).toMatchObject({ credential: { id: mainCredentials.accessKeyId } })
  })

  it.each([
    ['no blanks after the commas', (text: string) => text],
    ['blanks around the commas', (text: string) => text.replaceAll(',', ' , ')],
    [
      'another order',
      (text: string) => `AWS4-HMAC-SHA256 ${text.slice(17).split(',').toReversed().join(', ')}`,
    ],
    ['a comma at the end', (text: string) => `${text},`],
  ])('accepts %s', async (_, edit) => {
    expect(await verify(editAuthorization(edit))).toMatchObject({ kind: 'signed' })
  })

  it.each([
    ['/bucket/a%20b', '/bucket/a%20b'],
    ['/bucket//a/../b/./c//', '/bucket//a/../b/./c//'],
    ['an unreserved character that is encoded', '/bucket/%61%7E'],
    ['lower-case escapes', '/bucket/%c3%a9%2b'],
    ["characters that need not be encoded in a path: !$&'()*,;=:@", "/bucket/a!$&'()*,;=:@"],
  ])('canonicalises %s', async (_, path) => {
    expect(await verify(signed({ path }))).toMatchObject({ kind: 'signed' })
  })

  it.each([
    ['parameters in any order', 'prefix=J&max-keys=2&delimiter=x'],
    ['parameters without a value', 'acl'],
    ['the same parameter twice', 'a=2&a=1'],
    ['unencoded characters', 'prefix=a/b:c&delimiter=/'],
    ['empty parts', '&&a=1&'],
    ['an empty name', '=x'],
  ])('canonicalises a query with %s', async (_, query) => {
    expect(await verify(signed({ query }))).toMatchObject({ kind: 'signed' })
  })

  it('reads + in a query as a space', async () => {
    const head = signed({ query: 'prefix=a%20b' })
    expect(await verify({ ...head, query: 'prefix=a+b' })).toMatchObject({ kind: 'signed' })
  })

  it('collapses blanks in header values', async () => {
    const head = signed({ headers: { 'x-amz-meta-a': 'b c' } }, { 'x-amz-meta-a': '  b    c ' })
    expect(await verify(head)).toMatchObject({ kind: 'signed' })
  })

  it('takes the bytes of a header value as they came', async () => {
    // Node hands UTF-8 on as latin1: the second byte of à is one that String.trim would take for a blank.
    const raw = Buffer.from('voilà').toString('latin1')
    const head = signed({ headers: { 'x-amz-meta-a': 'voilà' } }, { 'x-amz-meta-a': raw })
    expect(await verify(head)).toMatchObject({ kind: 'signed' })
  })

  it('joins repeated headers by a bare comma', async () => {
    const head = signed({ headers: { 'x-amz-meta-a': '1,2' } }, { 'x-amz-meta-a': '1, 2' })
    expect((await faultOf(verify(head))).code).toBe('SignatureDoesNotMatch')
    expect(await verify({ ...head, repeatedHeaders: { 'x-amz-meta-a': ['1', ' 2'] } })).toMatchObject({
      kind: 'signed',
    })
  })

  it('goes by the Date header where x-amz-date is missing', async () => {
    const date = 'Wed, 04 Mar 2026 05:06:07 GMT'
    const head = signed({ headers: { date } })
    const authorization = (head.headers['authorization'] ?? '').replace(';x-amz-date', '')
    const bare: Record<string, string | undefined> = { ...head.headers, authorization }
    delete bare['x-amz-date']
    const fault = await faultOf(verify({ ...head, headers: bare }))
    expect(fault.code).toBe('SignatureDoesNotMatch')
    expect(fault.fields['StringToSign']).toMatch(/^AWS4-HMAC-SHA256\n20260304T050607Z\n20260304\//)
  })

  it('does not mind x-amz-content-sha256 being signed as the payload hash alone', async () => {
    const head = signed()
    const authorization = (head.headers['authorization'] ?? '').replace(';x-amz-content-sha256', '')
    const fault = await faultOf(verify({ ...head, headers: { ...head.headers, authorization } }))
    expect(fault.code).toBe('SignatureDoesNotMatch')
    expect(fault.fields['CanonicalRequest']).toMatch(new RegExp(`\nhost;x-amz-date\n${emptyHash}$`))
  })

  it.each([
    ['UNSIGNED-PAYLOAD', { kind: 'unsigned' }],
    ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', { kind: 'streaming-unsigned-trailer' }],
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', { kind: 'streaming-signed', trailer: false }],
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', { kind: 'streaming-signed', trailer: true }],
  ])('understands %s', async (payload, expected) => {
    const result = await verify(signed({ payload }))
    expect(result.payload).toMatchObject(expected)
    expect('verifier' in result.payload).toBe(expected.kind === 'streaming-signed')
  })
})

describe('a refused header', () => {
  it('shows how the signature should have been made', async () => {
    const fault = await faultOf(
      verify(signed({}, { 'x-amz-date': amzTimestamp(new Date(now.getTime() + 1000)) })),
    )
    const { fields } = fault
    expect(fault.code).toBe('SignatureDoesNotMatch')
    expect(fault.message).toBe(
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    )
    expect(Object.keys(fields)).toEqual([
      'AWSAccessKeyId',
      'StringToSign',
      'SignatureProvided',
      'StringToSignBytes',
      'CanonicalRequest',
      'CanonicalRequestBytes',
    ])
    expect(fields['AWSAccessKeyId']).toBe(mainCredentials.accessKeyId)
    expect(fields['SignatureProvided']).toMatch(/^[0-9a-f]{64}$/)
    expect(fields['CanonicalRequest']).toBe(
      `GET\n/bucket/key\n\nhost:${host}\nx-amz-content-sha256:${emptyHash}\nx-amz-date:20260304T050608Z\n\nhost;x-amz-content-sha256;x-amz-date\n${emptyHash}`,
    )
    expect(fields['CanonicalRequestBytes']).toMatch(/^47 45 54 0a 2f .* 38 35 35$/)
    expect(fields['StringToSignBytes']).toMatch(/^41 57 53 34 /)
  })

  it.each([
    ['a changed method', { method: 'PUT' }],
    ['a changed path', { path: '/bucket/other' }],
    ['a changed query', { query: 'acl' }],
  ])('refuses %s', async (_, change) => {
    expect((await faultOf(verify({ ...signed(), ...change }))).code).toBe('SignatureDoesNotMatch')
  })

  it.each([
    ['a changed payload hash', { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }],
    ['another host', { host: 'elsewhere' }],
  ])('refuses %s', async (_, change) => {
    expect((await faultOf(verify(signed({}, change)))).code).toBe('SignatureDoesNotMatch')
  })

  it.each([
    ['short', (text: string) => text.slice(0, -1)],
    ['long', (text: string) => `${text}0`],
    ['in capitals', (text: string) => text.slice(0, -64) + text.slice(-64).toUpperCase()],
    ['no hexadecimal', (text: string) => `${text.slice(0, -64)}${'é'.repeat(64)}`],
  ])('refuses a signature that is %s', async (_, edit) => {
    expect((await faultOf(verify(editAuthorization(edit)))).code).toBe('SignatureDoesNotMatch')
  })

  it('names an unknown access key', async () => {
    const fault = await faultOf(
      verify(editAuthorization((text) => text.replace(mainCredentials.accessKeyId, 'NOBODY'))),
    )
    expect(fault).toMatchObject({
      code: 'InvalidAccessKeyId',
      message: 'The AWS Access Key Id you provided does not exist in our records.',
      fields: { AWSAccessKeyId: 'NOBODY' },
    })
  })

  const malformed = (reason: string): object => ({
    code: 'AuthorizationHeaderMalformed',
    message: `The authorization header is malformed; ${reason}`,
  })
  const expectedCredential =
    'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
  const expectedComponents =
    'the authorization header requires three components: Credential, SignedHeaders, and Signature.'
  it.each([
    ['no credential', /Credential=[^,]*,/, '', malformed(expectedComponents)],
    ['an empty signature', /Signature=.*/, 'Signature=', malformed(expectedComponents)],
    ['no signed headers', /SignedHeaders=[^,]*,/, '', malformed(expectedComponents)],
    ['a credential of four parts', '/us-east-1', '', malformed(expectedCredential)],
    ['a credential of six parts', '/s3/', '/s3/x/', malformed(expectedCredential)],
    ['a credential without a key', /Credential=[^/]*/, 'Credential=', malformed(expectedCredential)],
    [
      'a credential date of seven digits',
      '/20260304/',
      '/2026034/',
      malformed(
        'incorrect date format "2026034". This date in the credential must be in the format "yyyyMMdd".',
      ),
    ],
    [
      'the credential date of another day',
      '/20260304/',
      '/20260303/',
      malformed('Invalid credential date "20260303". This date is not the same as X-Amz-Date: "20260304".'),
    ],
    [
      'another region',
      'us-east-1',
      'eu-west-1',
      {
        ...malformed("the region 'eu-west-1' is wrong; expecting 'us-east-1'"),
        fields: { Region: 'us-east-1' },
      },
    ],
    [
      'another service',
      '/s3/',
      '/ec2/',
      malformed('incorrect service "ec2". This endpoint belongs to "s3".'),
    ],
    [
      'another terminal',
      'aws4_request',
      'aws4',
      malformed('incorrect terminal "aws4". This endpoint uses "aws4_request".'),
    ],
  ])('refuses %s', async (_, from, to, expected) => {
    expect(await faultOf(verify(editAuthorization((text) => text.replace(from, to))))).toMatchObject(expected)
  })

  const unsupported = {
    code: 'InvalidRequest',
    message: 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  }
  it.each([
    ['Signature Version 2', 'AWS AKID:c2lnbmF0dXJl', unsupported],
    ['Signature Version 4A', 'AWS4-ECDSA-P256-SHA256 Credential=a/b', unsupported],
    [
      'another scheme',
      'Bearer abc',
      {
        code: 'InvalidArgument',
        message: 'Unsupported Authorization Type',
        fields: { ArgumentName: 'Authorization', ArgumentValue: 'Bearer abc' },
      },
    ],
    [
      'a header without a space',
      'AWS4-HMAC-SHA256',
      {
        code: 'InvalidArgument',
        message: "Authorization header is invalid -- one and only one ' ' (space) required",
      },
    ],
  ])('refuses %s', async (_, authorization, expected) => {
    expect(await faultOf(verify(editAuthorization(() => authorization)))).toMatchObject(expected)
  })

  it('refuses headers that were not signed, and a host that was not', async () => {
    expect(
      await faultOf(verify(signed({}, { 'x-amz-acl': 'public-read', 'x-amz-meta-a': 'b' }))),
    ).toMatchObject({
      code: 'AccessDenied',
      message: 'There were headers present in the request which were not signed',
      fields: { HeadersNotSigned: 'x-amz-acl, x-amz-meta-a' },
    })
    const withoutHost = editAuthorization((text) => text.replace('SignedHeaders=host;', 'SignedHeaders='))
    expect(await faultOf(verify(withoutHost))).toMatchObject({ fields: { HeadersNotSigned: 'host' } })
  })

  it('lets other headers go unsigned', async () => {
    const added = { 'user-agent': 'x', 'content-type': 'text/plain', 'x-amzn-trace-id': 'y' }
    expect(await verify(signed({}, added))).toMatchObject({ kind: 'signed' })
  })

  it('refuses a header that is named twice', async () => {
    const twice = editAuthorization((text) => text.replace('=host;', '=host;host;'))
    expect((await faultOf(verify(twice))).code).toBe('InvalidRequest')
  })

  it.each([-1, 1])('allows 15 minutes of skew, and not a second more (%i)', async (direction) => {
    const edge = new Date(now.getTime() + direction * 15 * 60_000)
    expect(await verify(signed({ date: edge }))).toMatchObject({ kind: 'signed' })
    const beyond = new Date(edge.getTime() + direction * 1000)
    expect(await faultOf(verify(signed({ date: beyond })))).toMatchObject({
      code: 'RequestTimeTooSkewed',
      message: 'The difference between the request time and the current time is too large.',
      fields: {
        RequestTime: amzTimestamp(beyond),
        ServerTime: '2026-03-04T05:06:07Z',
        MaxAllowedSkewMilliseconds: '900000',
      },
    })
  })

  it.each(['', '20260304', '20260304T050607', '20260231T050607Z', '20260304T250607Z', 'yesterday'])(
    'refuses the date %j',
    async (date) => {
      expect(await faultOf(verify(signed({}, { 'x-amz-date': date })))).toMatchObject({
        code: 'AccessDenied',
        message: 'AWS authentication requires a valid Date or x-amz-date header',
      })
    },
  )

  it('wants to know the payload hash', async () => {
    expect(await faultOf(verify(signed({}, { 'x-amz-content-sha256': undefined })))).toMatchObject({
      code: 'InvalidRequest',
      message: 'Missing required header for this request: x-amz-content-sha256',
    })
    expect(await faultOf(verify(signed({ payload: 'GIBBERISH' })))).toMatchObject({
      code: 'InvalidArgument',
      fields: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: 'GIBBERISH' },
    })
    const ecdsa = 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER'
    expect(await faultOf(verify(signed({ payload: ecdsa })))).toMatchObject(unsupported)
  })

  it('refuses two mechanisms at once', async () => {
    const head = signed()
    for (const query of ['X-Amz-Algorithm=AWS4-HMAC-SHA256', 'AWSAccessKeyId=a&Signature=b']) {
      expect(await faultOf(verify({ ...head, query }))).toMatchObject({
        code: 'InvalidArgument',
        message: expect.stringMatching(/^Only one auth mechanism allowed; /) as string,
        fields: { ArgumentName: 'Authorization', ArgumentValue: head.headers['authorization'] },
      })
    }
  })
})

describe('a presigned request', () => {
  it('says who signed, and promises nothing about the body', async () => {
    expect(await verify(presigned())).toMatchObject({
      kind: 'signed',
      form: 'query',
      accessKeyId: mainCredentials.accessKeyId,
      signedAtMilliseconds: now.getTime(),
      payload: { kind: 'unsigned' },
    })
  })

  it('is good to the end of its time', async () => {
    const later = (seconds: number): { now: Date } => ({ now: new Date(now.getTime() + seconds * 1000) })
    expect(await verify(presigned(), later(60))).toMatchObject({ kind: 'signed' })
    expect(await faultOf(verify(presigned(), later(61)))).toMatchObject({
      code: 'AccessDenied',
      message: 'Request has expired',
      fields: {
        'X-Amz-Expires': '60',
        Expires: '2026-03-04T05:07:07Z',
        ServerTime: '2026-03-04T05:07:08Z',
      },
    })
    expect(await verify(presigned(undefined, { expires: 604_800 }), later(604_800))).toMatchObject({
      kind: 'signed',
    })
  })

  it('is refused before its time', async () => {
    const date = new Date(now.getTime() + 16 * 60_000)
    expect(await faultOf(verify(presigned(undefined, { date })))).toMatchObject({
      code: 'AccessDenied',
      message: 'Request is not yet valid',
      fields: { Expires: '2026-03-04T05:23:07Z', ServerTime: '2026-03-04T05:06:07Z' },
    })
  })

  it('has its signature anywhere in the query', async () => {
    const moved = presigned((query) => {
      const parts = query.split('&')
      return [...parts.slice(-1), ...parts.slice(0, -1)].join('&')
    })
    expect(await verify(moved)).toMatchObject({ kind: 'signed' })
  })

  it('is read for itself, however like the one before', async () => {
    const [one, other] = [presigned(), presigned(undefined, { expires: 61 })]
    const mixed = { ...one, query: one.query.slice(0, -64) + other.query.slice(-64) }
    for (const head of [one, other, one]) {
      expect(await verify(head)).toMatchObject({ kind: 'signed' })
      expect((await faultOf(verify(mixed))).code).toBe('SignatureDoesNotMatch')
      expect((await faultOf(verify(head, { services: ['sts'] }))).code).toBe(
        'AuthorizationQueryParametersError',
      )
    }
  })

  it('is refused when anything is added', async () => {
    expect((await faultOf(verify(presigned((query) => `${query}&acl`)))).code).toBe('SignatureDoesNotMatch')
    const tagged = presigned(undefined, { headers: { 'x-amz-tagging': 'a=b' } })
    expect(await faultOf(verify(tagged))).toMatchObject({ fields: { HeadersNotSigned: 'x-amz-tagging' } })
  })

  const incomplete =
    'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.'
  const week =
    'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds'
  const twice = 'X-Amz-Signature must be given only once'
  it.each<[string, RegExp | string, string, string]>([
    ['no algorithm', /X-Amz-Algorithm=[^&]*&/, '', incomplete],
    ['no credential', /X-Amz-Credential=[^&]*&/, '', incomplete],
    ['no date', /X-Amz-Date=[^&]*&/, '', incomplete],
    ['no time', /X-Amz-Expires=[^&]*&/, '', incomplete],
    ['no signed headers', /X-Amz-SignedHeaders=[^&]*&/, '', incomplete],
    ['no signature', /&X-Amz-Signature=.*/, '', incomplete],
    ['another algorithm', 'AWS4-HMAC-SHA256', 'AWS4-MD5', 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"'],
    ['a time of no number', 'Expires=60', 'Expires=soon', 'X-Amz-Expires should be a number'],
    ['a time with a fraction', 'Expires=60', 'Expires=1.5', 'X-Amz-Expires should be a number'],
    ['a negative time', 'Expires=60', 'Expires=-1', 'X-Amz-Expires must be non-negative'],
    ['no time at all', 'Expires=60', 'Expires=0', 'X-Amz-Expires must be at least 1 second'],
    ['more than a week', 'Expires=60', 'Expires=604801', week],
    [
      'another form of the date',
      '20260304T050607Z',
      '2026-03-04T05:06:07Z',
      `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`,
    ],
    [
      'another region',
      'us-east-1',
      'eu-west-1',
      "Error parsing the X-Amz-Credential parameter; the region 'eu-west-1' is wrong; expecting 'us-east-1'",
    ],
    [
      'a short credential',
      '%2Fus-east-1',
      '',
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    ],
    [
      'the credential date of another day',
      '%2F20260304',
      '%2F20260303',
      'Invalid credential date "20260303". This date is not the same as X-Amz-Date: "20260304".',
    ],
    ['a parameter twice', 'X-Amz-Date=', 'X-Amz-Date=x&X-Amz-Date=', 'X-Amz-Date must be given only once'],
    ['its signature twice', /(?<signature>&X-Amz-Signature=.*)/, '$<signature>$<signature>', twice],
    ['bytes that are no text', 'Expires=60', 'Expires=%ff', 'X-Amz-Expires is not valid UTF-8'],
  ])('is refused with %s', async (_, from, to, message) => {
    expect(await faultOf(verify(presigned((query) => query.replace(from, to))))).toMatchObject({
      code: 'AuthorizationQueryParametersError',
      message,
    })
  })

  it.each(['AWSAccessKeyId=AKID&Signature=abc&Expires=1', 'X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256'])(
    'is refused with another mechanism: %s',
    async (query) => {
      expect(await faultOf(verify({ query }))).toMatchObject({
        code: 'InvalidRequest',
        message:
          'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
      })
    },
  )
})

describe('temporary credentials', () => {
  const temporary = { ...mainCredentials, sessionToken: 'token/+=' }
  const request = { method: 'GET', path: '/b/k', headers: { host }, credentials: temporary, date: now }
  const header = (): RequestHead => ({ ...request, query: '', ...signHeaders(request, emptyHash) })
  const query = (): RequestHead => ({ ...request, query: presignQuery(request, 60) })

  it.each([
    ['header', header],
    ['query', query],
  ])('are known by their token in the %s', async (_, head) => {
    const credential = { sessionToken: temporary.sessionToken }
    expect(await verify(head(), { credential })).toMatchObject({ kind: 'signed' })
    const wrong = { sessionToken: 'another' }
    const refused = { code: 'InvalidToken', fields: { 'Token-0': 'token/+=' } }
    expect(await faultOf(verify(head(), { credential: wrong }))).toMatchObject(refused)
    expect(await faultOf(verify(head()))).toMatchObject(refused)
  })

  it('end', async () => {
    const credential = { sessionToken: temporary.sessionToken, expiresAt: now }
    expect((await faultOf(verify(header(), { credential }))).code).toBe('ExpiredToken')
  })

  it('need their token', async () => {
    expect((await faultOf(verify(signed(), { credential: { sessionToken: 'token' } }))).code).toBe(
      'InvalidAccessKeyId',
    )
  })
})

describe('a request without a signature', () => {
  it('is anonymous', async () => {
    expect(await verify({})).toEqual({ kind: 'anonymous', payload: { kind: 'unsigned' } })
    expect(await verify({ headers: { authorization: '' }, query: 'prefix=X-Amz-Signature' })).toMatchObject({
      kind: 'anonymous',
    })
  })

  it('may say what its body is', async () => {
    const payload = async (value: string): Promise<unknown> =>
      (await verify({ headers: { 'x-amz-content-sha256': value } })).payload
    expect(await payload(emptyHash)).toMatchObject({ kind: 'sha256' })
    expect(await payload('STREAMING-UNSIGNED-PAYLOAD-TRAILER')).toEqual({
      kind: 'streaming-unsigned-trailer',
    })
    expect((await faultOf(payload('STREAMING-AWS4-HMAC-SHA256-PAYLOAD'))).code).toBe('InvalidRequest')
    expect((await faultOf(payload('x'))).code).toBe('InvalidArgument')
  })
})

describe('another service', () => {
  it('is accepted where the endpoint offers it', async () => {
    const request = { method: 'GET', path: '/', headers: { host }, credentials: mainCredentials, date: now }
    const { headers } = signHeaders({ ...request, service: 'sts' }, emptyHash)
    const head = { ...request, query: '', headers }
    expect(await verify(head, { services: ['s3', 'sts'] })).toMatchObject({ kind: 'signed' })
    expect((await faultOf(verify(head))).code).toBe('AuthorizationHeaderMalformed')
  })
})
