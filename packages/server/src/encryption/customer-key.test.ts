import { hash } from 'node:crypto'
import { expect, it } from 'vitest'
import { systemRandom } from '../base/random.ts'
import { CustomerKey } from './customer-key.ts'

const plaintext = Buffer.alloc(32, 'k')
const md5 = hash('md5', plaintext, 'base64')

function parse(key: Buffer): CustomerKey {
  const parsed = CustomerKey.parse(key.toString('base64'), hash('md5', key, 'base64'))
  if (parsed instanceof CustomerKey) return parsed
  throw new Error(parsed)
}

it.each([
  ['', md5, 'key is not base64 of 32 bytes'],
  [Buffer.alloc(31).toString('base64'), md5, 'key is not base64 of 32 bytes'],
  [`${plaintext.toString('base64')}\n`, md5, 'key is not base64 of 32 bytes'],
  [plaintext.toString('base64'), 'bm90IGFuIG1kNQ==', 'digest is not base64 of 16 bytes'],
  [plaintext.toString('base64'), hash('md5', 'other', 'base64'), 'digest differs'],
])('%j with digest %j: %s', (key, digest, mistake) => {
  expect(CustomerKey.parse(key, digest)).toBe(mistake)
})

it('is known again by a verifier that holds nothing of it', () => {
  const key = parse(plaintext)
  const verifier = key.newVerifier(systemRandom)
  expect(parse(plaintext).matches(verifier)).toBe(true)
  expect(parse(Buffer.alloc(32, 'l')).matches(verifier)).toBe(false)
  expect(key.newVerifier(systemRandom).verifier).not.toBe(verifier.verifier)
  expect(JSON.stringify(verifier)).not.toContain(plaintext.toString('base64').slice(0, 8))
})

it('matches no verifier that is damaged', () => {
  const { salt } = parse(plaintext).newVerifier(systemRandom)
  for (const verifier of ['', 'AAAA']) expect(parse(plaintext).matches({ salt, verifier })).toBe(false)
})

it('is not shown by whatever shows the object', () => {
  expect(JSON.stringify(parse(plaintext))).toBe('{}')
})
