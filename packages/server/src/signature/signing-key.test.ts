import { createHmac } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCredential } from './credential-scope.ts'
import { sha256Hex, SigningKey, SigningKeyCache, signaturesEqual } from './signing-key.ts'

const endpoint = { region: 'us-east-1', services: ['s3'] }
const scope = parseCredential('AKID/20130524/us-east-1/s3/aws4_request', 'header', endpoint)

function referenceKey(secret: string): Buffer {
  return ['20130524', 'us-east-1', 's3', 'aws4_request'].reduce<Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  )
}

describe('SigningKey', () => {
  it('signs as createHmac does, texts of any length', () => {
    const secret = fc.string({ minLength: 1 })
    const text = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      fc.integer({ min: 1900, max: 5000 }).map((length) => 'x'.repeat(length)),
    )
    fc.assert(
      fc.property(secret, text, (secretAccessKey, stringToSign) => {
        const expected = createHmac('sha256', referenceKey(secretAccessKey)).update(stringToSign, 'latin1')
        expect(new SigningKey(secretAccessKey, scope).sign(stringToSign)).toBe(expected.digest('hex'))
      }),
      { numRuns: 200 },
    )
  })
})

describe('SigningKeyCache', () => {
  it('makes a key once', () => {
    const cache = new SigningKeyCache()
    expect(cache.keyFor('secret', scope)).toBe(cache.keyFor('secret', scope))
    expect(cache.size).toBe(1)
  })

  it('makes another when the secret has changed', () => {
    const cache = new SigningKeyCache()
    const old = cache.keyFor('secret', scope)
    const renewed = cache.keyFor('another', scope)
    expect(renewed).not.toBe(old)
    expect(cache.keyFor('another', scope)).toBe(renewed)
    expect(cache.size).toBe(1)
  })

  it('forgets what was used least recently', () => {
    const cache = new SigningKeyCache(2500)
    const of = (accessKeyId: string): SigningKey =>
      cache.keyFor('secret', { ...scope, accessKeyId, credential: `${accessKeyId}/${scope.text}` })
    const [a, b] = [of('a'), of('b')]
    expect(of('a')).toBe(a)
    of('c')
    expect(cache.size).toBe(2)
    expect(of('a')).toBe(a)
    expect(of('b')).not.toBe(b)
  })
})

it('signatures are equal or not, of whatever length', () => {
  const signature = sha256Hex('')
  expect(signaturesEqual(signature, sha256Hex(''))).toBe(true)
  expect(signaturesEqual(signature, signature.slice(1))).toBe(false)
  expect(signaturesEqual(signature, `${signature.slice(0, -1)}0`)).toBe(false)
  expect(signaturesEqual(signature, '')).toBe(false)
  expect(signaturesEqual(signature, 'é'.repeat(64))).toBe(false)
})
