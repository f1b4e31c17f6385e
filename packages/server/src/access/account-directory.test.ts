import { describe, expect, it } from 'vitest'
import { AccountDirectory } from './account-directory.ts'
import type { AccountOfConfig } from './accounts.ts'

function account(id: string, email: string | undefined, ...accessKeyIds: string[]): AccountOfConfig {
  return {
    id,
    name: `name ${id}`,
    displayName: `display ${id}`,
    email,
    canonicalId: id.repeat(6).slice(0, 64),
    accessKeys: accessKeyIds.map((accessKeyId) => ({
      accessKeyId,
      secretAccessKey: `secret of ${accessKeyId}`,
    })),
  }
}

describe('AccountDirectory', () => {
  const first = account('100000000001', 'Shared@example.com', 'KEY-A', 'KEY-B')
  const second = account('100000000002', 'shared@example.com')
  const third = account('100000000003', undefined, 'KEY-C')
  const directory = new AccountDirectory([first, second, third])

  it('finds the holder of each access key', () => {
    expect(directory.findByAccessKeyId('KEY-B')).toMatchObject({
      account: first,
      secretAccessKey: 'secret of KEY-B',
    })
    expect(directory.findByAccessKeyId('KEY-C')?.account).toBe(third)
    expect(directory.findByAccessKeyId('key-c')).toBeUndefined()
  })

  it('finds by account id and by canonical id', () => {
    expect(directory.findById('100000000002')).toBe(second)
    expect(directory.findById('999999999999')).toBeUndefined()
    expect(directory.findByCanonicalId(third.canonicalId)).toBe(third)
    expect(directory.findByCanonicalId('')).toBeUndefined()
  })

  it('finds all who share an e-mail address, whatever its case', () => {
    expect(directory.findByEmail('SHARED@EXAMPLE.COM')).toEqual([first, second])
    expect(directory.findByEmail('nobody@example.com')).toEqual([])
  })

  describe('with others beside those of the config', () => {
    const hidden = { ...account('100000000002', 'hidden@example.com', 'KEY-H'), name: 'hidden' }
    const other = account('200000000001', 'SHARED@example.com', 'KEY-O')
    const disabled = { ...account('200000000002', undefined), isDisabled: true } as const
    const both = new AccountDirectory([first, second, third])
    both.useOthers([hidden, other, disabled])

    it('finds them by the same names, but for the secret of a key', () => {
      expect(both.findById(other.id)).toBe(other)
      expect(both.findByCanonicalId(other.canonicalId)).toBe(other)
      expect(both.findByEmail('shared@example.com')).toEqual([first, second, other])
      expect(both.findByRootKeyId('KEY-O')).toBe(other)
      expect(both.findByAccessKeyId('KEY-O')).toBeUndefined()
      expect(both.findByRootKeyId('KEY-A')).toBe(first)
    })

    it('leaves the names of those of the config to them', () => {
      expect(both.findById(second.id)).toBe(second)
      expect(both.findByCanonicalId(second.canonicalId)).toBe(second)
    })

    it('has no others any more that were not put in again', () => {
      const changing = new AccountDirectory([first])
      changing.useOthers([other])
      changing.useOthers([])
      expect([changing.findById(other.id), changing.findById(first.id)]).toEqual([undefined, first])
    })

    it('knows those that are disabled, which may not act', () => {
      expect([both.findById(disabled.id), both.findActive(disabled.id)]).toEqual([disabled, undefined])
      expect(both.findActive(other.id)).toBe(other)
    })
  })
})
