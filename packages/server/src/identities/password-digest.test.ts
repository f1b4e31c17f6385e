import { expect, it } from 'vitest'
import { systemRandom } from '../base/random.ts'
import { isOneOf, newScryptSetting, passwordDigest } from './password-digest.ts'

it('computes scrypt', async () => {
  // Source: RFC 7914, section 12, the first 32 bytes of the third test vector.
  const setting = {
    salt: Buffer.from('SodiumChloride').toString('base64'),
    cost: 16_384,
    blockSize: 8,
    parallelization: 1,
  }
  const digest = await passwordDigest('pleaseletmein', setting)
  expect(digest.toString('hex')).toBe('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2')
})

it('tells passwords apart, and users by their salts', async () => {
  const settings = [newScryptSetting(systemRandom, 16), newScryptSetting(systemRandom, 16)] as const
  const [same, again, otherUsers, other] = await Promise.all([
    passwordDigest('a', settings[0]),
    passwordDigest('a', settings[0]),
    passwordDigest('a', settings[1]),
    passwordDigest('b', settings[0]),
  ])
  const known = [other, again].map((digest) => digest.toString('base64'))
  expect([isOneOf(same, known), isOneOf(otherUsers, known), isOneOf(same, [])]).toEqual([true, false, false])
})

it('has no more than 64 wait', async () => {
  const setting = newScryptSetting(systemRandom, 16)
  const outcomes = await Promise.allSettled(Array.from({ length: 70 }, () => passwordDigest('a', setting)))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(64)
  expect(outcomes.at(-1)).toMatchObject({ reason: { code: 'Throttling' } })
  expect(await passwordDigest('a', setting)).toHaveLength(32)
})
