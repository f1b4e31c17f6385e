import { describe, expect, it } from 'vitest'
import { ApiError, errorOf, plainCode, toldDenial } from './api-error.ts'

describe('an error of the key service', () => {
  const ofType = (type: string) =>
    errorOf({ status: 400, body: JSON.stringify({ __type: type, message: 'why' }), requestId: 'r' })

  it('has its type as the code', () => {
    expect(ofType('NotFoundException')).toMatchObject({ code: 'NotFoundException', message: 'why' })
    expect(ofType('com.amazonaws.kms#DisabledException').code).toBe('DisabledException')
  })

  it('is known by the code that S3 has for it', () => {
    const known = ['AccessDeniedException', 'ExpiredTokenException', 'DisabledException']
    expect(known.map((type) => plainCode(ofType(type)))).toEqual([
      'AccessDenied',
      'ExpiredToken',
      'DisabledException',
    ])
  })
})

it('who is refused by a public access block is not told to lack a permission', () => {
  const told =
    'Access Denied because public policies are blocked by the BlockPublicPolicy block public access setting.'
  expect(plainCode(new ApiError(403, 'AccessDenied', told))).toBe('PublicAccessBlocked')
  expect(plainCode(new ApiError(403, 'AccessDenied', 'Access Denied'))).toBe('AccessDenied')
})

it('a wrong clock is told from a wrong secret by the message, where the code is the same', () => {
  const skewed = 'The difference between the request time and the current time is too large.'
  for (const code of ['SignatureDoesNotMatch', 'InvalidSignatureException']) {
    expect(plainCode(new ApiError(403, code, skewed))).toBe('RequestTimeTooSkewed')
    expect(plainCode(new ApiError(403, code, 'They differ.'))).toBe('SignatureDoesNotMatch')
  }
})

describe('what a refused caller is told', () => {
  const told = (rest: string) =>
    toldDenial(new ApiError(403, 'AccessDenied', `User: arn:aws:iam::1:user/a is not authorized to ${rest}`))

  it.each([
    [
      'perform: s3:GetObject on resource: "arn:aws:s3:::b/a \n"c" d" because no identity-based policy allows the s3:GetObject action',
      { action: 's3:GetObject', resource: 'arn:aws:s3:::b/a \n"c" d', denying: undefined },
    ],
    [
      'perform: iam:GetUser on resource: user b with an explicit deny in a permissions boundary',
      { action: 'iam:GetUser', resource: 'user b', denying: 'a permissions boundary' },
    ],
    [
      'perform: s3:ListAllMyBuckets because no session policy allows the s3:ListAllMyBuckets action',
      { action: 's3:ListAllMyBuckets', resource: undefined, denying: undefined },
    ],
  ])('%j', (message, denial) => {
    expect(told(message)).toMatchObject(denial)
  })

  it('is nothing where it is not told why', () => {
    expect(toldDenial(new ApiError(403, 'AccessDenied', 'Access Denied'))).toBeUndefined()
  })
})
