import { describe, expect, it } from 'vitest'
import { AccountDirectory } from '../../../access/account-directory.ts'
import { completeAccount } from '../../../config/config.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { accountOfEmail } from './email-grantee.ts'

const settings = { region: 'us-east-1', acl: { emailGrantees: true, displayNames: true } }
const account = (id: string, email: string) => completeAccount({ id, name: id, email })

function foundBy(address: string, ...emails: readonly string[]): string {
  const accounts = new AccountDirectory(emails.map((email, at) => account(`10000000000${at}`, email)))
  try {
    return accountOfEmail({ accounts, settings }, address).id
  } catch (error) {
    return error instanceof S3Error ? error.code : String(error)
  }
}

describe('an e-mail address', () => {
  it('names the account that has it, in any case', () => {
    expect(foundBy('B@example.com', 'a@example.com', 'b@example.com')).toBe('100000000001')
    expect(foundBy('c@example.com', 'a@example.com')).toBe('UnresolvableGrantByEmailAddress')
  })

  // A config cannot have such accounts; here, and in S3, it is an error of its own.
  it('that several accounts share is ambiguous', () => {
    expect(foundBy('a@example.com', 'a@example.com', 'A@example.com')).toBe('AmbiguousGrantByEmailAddress')
  })
})
