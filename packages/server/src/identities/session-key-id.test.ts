import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { systemRandom } from '../base/random.ts'
import { accountOfSessionKey, isSessionKey, newSessionKeyId } from './session-key-id.ts'

const accountIds = fc.integer({ min: 0, max: 999_999_999_999 }).map((id) => String(id).padStart(12, '0'))

it('tells the account of every id', () => {
  fc.assert(
    fc.property(accountIds, (accountId) => {
      const id = newSessionKeyId(accountId, systemRandom)
      expect(id).toMatch(/^ASIA[A-Z2-7]{16}$/)
      expect([isSessionKey(id), accountOfSessionKey(id)]).toEqual([true, accountId])
    }),
  )
})

it('makes another id each time', () => {
  const ids = Array.from({ length: 1000 }, () => newSessionKeyId('100000000001', systemRandom))
  expect(new Set(ids).size).toBe(ids.length)
})

it.each([
  '',
  'ASIA',
  'AKIAAAAAAAAAAAAAAAAA',
  'ASIAaaaaaaaaaaaaaaaa',
  'ASIAAAAAAAAAAAAAAAAAA',
  'ASIA0AAAAAAAAAAAAAAA',
])('takes %j for no such id', (id) => {
  expect(accountOfSessionKey(id)).toBeUndefined()
})
