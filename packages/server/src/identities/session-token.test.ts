import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { systemRandom } from '../base/random.ts'
import { newDataKey } from '../encryption/content-key.ts'
import type { StoreKeys } from '../encryption/store-keys.ts'
import { openedToken, sealedToken } from './session-token.ts'

function storeKeys(id: string): StoreKeys {
  const key = { id, dataKey: newDataKey(systemRandom) }
  const keys: Pick<StoreKeys, 'current' | 'findGiven'> = {
    current: () => key,
    findGiven: (asked) => Promise.resolve(asked === id ? key : undefined),
  }
  return keys as StoreKeys
}

const ID = 'ASIAAAAAAAAAAAAAAAAA'
const keys = storeKeys('0123456789abcdef')
const session = {
  secretAccessKey: 'secret',
  issuedMilliseconds: 1,
  expiresMilliseconds: 2,
  roleId: 'AROAX',
  name: 'näme',
  tags: [['k', 'v']] as const,
}
const token = await sealedToken(keys, ID, session, systemRandom)

it('opens what it sealed', async () => {
  expect(await openedToken(keys, ID, token)).toEqual(session)
})

it('opens a scoped one, which older servers take for none: they would know nothing of its scopes', async () => {
  const scoped = { ...session, scopes: ['{}'] }
  const sealed = await sealedToken(keys, ID, scoped, systemRandom)
  expect(await openedToken(keys, ID, sealed)).toEqual(scoped)
  const bytes = Buffer.from(sealed, 'base64url')
  expect(bytes[0]).toBe(3)
  bytes[0] = 1
  expect(await openedToken(keys, ID, bytes.toString('base64url'))).toBeUndefined()
})

describe('a session that is too long for a token as it is', () => {
  const tags = Array.from({ length: 50 }, (_, index) => [`key-${index}`, 'value '.repeat(20)] as const)
  const large = { ...session, tags }

  it.each([large, { ...large, scopes: ['{}'] }])('is packed', async (of) => {
    const sealed = await sealedToken(keys, ID, of, systemRandom)
    expect(sealed.length).toBeLessThan(4096)
    expect(await openedToken(keys, ID, sealed)).toEqual(of)
    const bytes = Buffer.from(sealed, 'base64url')
    expect(bytes[0]).toBe(4)
    for (const format of [1, 3]) {
      bytes[0] = format
      expect(await openedToken(keys, ID, bytes.toString('base64url'))).toBeUndefined()
    }
  })

  it('has a token as long as it is wanted, as others have', async () => {
    for (const of of [session, { ...session, scopes: ['{}'] }, large]) {
      const shortest = await sealedToken(keys, ID, of, systemRandom)
      expect(await sealedToken(keys, ID, of, systemRandom, 100)).toHaveLength(shortest.length)
      for (const least of [2500, 2501, 2502, 2503, 3333, 4091, 4092, 4093, 4094, 4095, 4096]) {
        const sealed = await sealedToken(keys, ID, of, systemRandom, least)
        expect(sealed.length).toBeGreaterThanOrEqual(least)
        expect(sealed.length).toBeLessThanOrEqual(Math.min(least + 2, 4096))
        expect(await openedToken(keys, ID, sealed)).toEqual(of)
      }
    }
  })
})

it('tells nothing of what it seals', () => {
  expect(Buffer.from(token, 'base64url').toString('latin1')).not.toMatch(/secret|AROAX/)
})

it('opens no token of another key, of another store or of a store with the same key id', async () => {
  expect(await openedToken(keys, 'ASIAAAAAAAAAAAAAAAAB', token)).toBeUndefined()
  expect(await openedToken(storeKeys('ffffffffffffffff'), ID, token)).toBeUndefined()
  expect(await openedToken(storeKeys('0123456789abcdef'), ID, token)).toBeUndefined()
})

it('opens none with a bit turned, wherever', async () => {
  const bytes = Buffer.from(token, 'base64url')
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const forged = Buffer.from(bytes)
    forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(await openedToken(keys, ID, forged.toString('base64url'))).toBeUndefined()
  }
})

it('opens none that is cut, and none with another character', async () => {
  for (let length = 0; length < token.length; length++) {
    expect(await openedToken(keys, ID, token.slice(0, length))).toBeUndefined()
  }
  const changed = fc.tuple(fc.nat(token.length - 1), fc.string({ unit: 'binary-ascii', maxLength: 3 }))
  await fc.assert(
    fc.asyncProperty(changed, async ([at, text]) => {
      const forged = token.slice(0, at) + text + token.slice(at + 1)
      fc.pre(forged !== token)
      expect(await openedToken(keys, ID, forged)).toBeUndefined()
    }),
  )
})

it('takes anything for what it is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 200 }), async (text) => {
      expect(await openedToken(keys, ID, text)).toBeUndefined()
    }),
  )
})
