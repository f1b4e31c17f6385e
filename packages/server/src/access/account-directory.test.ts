import { describe, expect, it } from 'vitest'
import { AccountDirectory } from './account-directory.ts'
import type { Account } from './accounts.ts'

function account(id: string, email: string | undefined, ...accessKeyIds: string[]): Account {
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
})
