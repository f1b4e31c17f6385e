import { describe, expect, it } from 'vitest'
import { verifyPostForm } from './post-form.ts'
import { SignatureFault } from './signature-fault.ts'
import { SigningKeyCache } from './signing-key.ts'

/**
 * Source: S3 API Reference, "Example: Browser-Based Upload using HTTP POST (Using AWS Signature Version 4)". The policy
 * is that of the page with lines that end in CR LF, as its base64 has them.
 */
const policyText = `{ "expiration": "2015-12-30T12:00:00.000Z",
  "conditions": [
    {"bucket": "sigv4examplebucket"},
    ["starts-with", "$key", "user/user1/"],
    {"acl": "public-read"},
    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},
    ["starts-with", "$Content-Type", "image/"],
    {"x-amz-meta-uuid": "14365123651274"},
    {"x-amz-server-side-encryption": "AES256"},
    ["starts-with", "$x-amz-meta-tag", ""],

    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},
    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},
    {"x-amz-date": "20151229T000000Z" }
  ]
}`
const example = {
  policy: Buffer.from(policyText.replaceAll('\n', '\r\n')).toString('base64'),
  'x-amz-algorithm': 'AWS4-HMAC-SHA256',
  'x-amz-credential': 'AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request',
  'x-amz-date': '20151229T000000Z',
  'x-amz-signature': '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
}

const credential = { secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }

function verify(
  changes: Record<string, string | undefined> = {},
  found: object | undefined = credential,
  now = '2015-12-29T12:00:00Z',
) {
  const fields = Object.entries({ ...example, ...changes }).filter(([, value]) => value !== undefined)
  return verifyPostForm(new Map(fields), {
    region: 'us-east-1',
    now: new Date(now),
    keys: new SigningKeyCache(),
    findCredential: (accessKeyId) =>
      accessKeyId === 'AKIAIOSFODNN7EXAMPLE' ? (found as typeof credential | undefined) : undefined,
  })
}

async function faultOf(promise: Promise<unknown>): Promise<SignatureFault> {
  const fault = await promise.catch((error: unknown) => error)
  if (fault instanceof SignatureFault) return fault
  throw new Error(`no SignatureFault: ${String(fault)}`)
}

describe('the signature of a form', () => {
  it('is that of AWS’s example', async () => {
    expect(await verify()).toEqual({
      form: 'form',
      version: 4,
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      credential,
      signedAtMilliseconds: Date.UTC(2015, 11, 29),
    })
  })

  it('is good for seven days, however late the policy expires', async () => {
    expect(await verify({}, credential, '2016-01-05T00:00:00Z')).toMatchObject({ form: 'form' })
    const fault = await faultOf(verify({}, credential, '2016-01-05T00:00:01Z'))
    expect([fault.code, fault.message]).toEqual([
      'AccessDenied',
      'Invalid according to Policy: Policy expired.',
    ])
  })

  it('is of the bytes that were sent: letters with the same low byte are others', async () => {
    const policy = example.policy.replace('e', '\u0165')
    expect((await faultOf(verify({ policy }))).code).toBe('SignatureDoesNotMatch')
  })

  it.each([
    ['policy', Buffer.from('{}').toString('base64')],
    ['x-amz-signature', '8'.repeat(64)],
    ['x-amz-signature', 'no signature'],
  ])('does not fit another %s', async (name, value) => {
    const { code, fields } = await faultOf(verify({ [name]: value }))
    expect(code).toBe('SignatureDoesNotMatch')
    expect(fields).toMatchObject({
      AWSAccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      StringToSign: name === 'policy' ? value : example.policy,
    })
  })

  it('shows no policy where the form brings a key', async () => {
    const customerKey = 'x-amz-server-side-encryption-customer-key'
    const { fields } = await faultOf(verify({ [customerKey]: 'a2V5', 'x-amz-signature': '8'.repeat(64) }))
    expect(fields).toMatchObject({ StringToSign: 'REDACTED', StringToSignBytes: '52 45 44 41 43 54 45 44' })
    expect(JSON.stringify(fields)).not.toContain(example.policy)
  })

  it.each(Object.keys(example))('needs the field %s', async (name) => {
    for (const value of [undefined, '']) {
      expect(await faultOf(verify({ [name]: value }))).toMatchObject({
        code: 'InvalidArgument',
        message: `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
        fields: { ArgumentName: name, ArgumentValue: '' },
      })
    }
  })

  it('is not asked of a form that says nothing of it', async () => {
    const none = Object.fromEntries(Object.keys(example).map((name) => [name, undefined]))
    expect(await verify({ ...none, key: 'k' })).toBeUndefined()
  })

  it.each([
    [{ 'x-amz-algorithm': 'AWS4-HMAC-SHA1' }, 'InvalidArgument'],
    [{ 'x-amz-algorithm': 'AWS4-ECDSA-P256-SHA256' }, 'InvalidRequest'],
    [{ 'x-amz-date': '2015-12-29' }, 'InvalidArgument'],
    [{ 'x-amz-date': '20151230T000000Z' }, 'AuthorizationQueryParametersError'],
    [{ 'x-amz-credential': 'AKIAIOSFODNN7EXAMPLE' }, 'AuthorizationQueryParametersError'],
    [
      { 'x-amz-credential': 'AKIAIOSFODNN7EXAMPLE/20151229/eu-west-1/s3/aws4_request' },
      'AuthorizationQueryParametersError',
    ],
    [{ 'x-amz-credential': 'AKIAIOSFODNN7NOBODY/20151229/us-east-1/s3/aws4_request' }, 'InvalidAccessKeyId'],
    [{ 'x-amz-security-token': 'token' }, 'InvalidToken'],
  ])('is refused with %j', async (changes: Record<string, string>, code) => {
    expect((await faultOf(verify(changes))).code).toBe(code)
  })

  it('of version 2 is not offered', async () => {
    const none = Object.fromEntries(Object.keys(example).map((name) => [name, undefined]))
    for (const fields of [
      { awsaccesskeyid: 'a', signature: 's' },
      { awsaccesskeyid: 'a', signature: 's', policy: 'p' },
    ]) {
      expect((await faultOf(verify({ ...none, ...fields }))).code).toBe('InvalidRequest')
    }
  })

  it('with temporary credentials comes with their token, in their time', async () => {
    const temporary = { ...credential, sessionToken: 'token', expiresAt: new Date('2015-12-29T13:00:00Z') }
    expect((await verify({ 'x-amz-security-token': 'token' }, temporary))?.credential).toBe(temporary)
    expect((await faultOf(verify({}, temporary))).code).toBe('InvalidAccessKeyId')
    expect((await faultOf(verify({ 'x-amz-security-token': 'other' }, temporary))).code).toBe('InvalidToken')
    const expired = { ...temporary, expiresAt: new Date('2015-12-29T11:00:00Z') }
    expect((await faultOf(verify({ 'x-amz-security-token': 'token' }, expired))).code).toBe('ExpiredToken')
  })
})
