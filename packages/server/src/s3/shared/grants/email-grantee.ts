import type { Account } from '../../../access/accounts.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { S3Service } from '../service/service.ts'

/** Source: S3 API Reference, PutObjectAcl: where grantees may be named by e-mail address. */
const REGIONS: ReadonlySet<string> = new Set([
  'us-east-1',
  'us-west-1',
  'us-west-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'eu-west-1',
  'sa-east-1',
])

interface Directory {
  readonly accounts: Pick<S3Service['accounts'], 'findByEmail'>
  readonly settings: Pick<S3Service['settings'], 'acl' | 'region'>
}

/**
 * The account of an e-mail address. Throws UnresolvableGrantByEmailAddress where there is none or the region has no
 * such grantees, AmbiguousGrantByEmailAddress where several share it. AWS withdrew e-mail grantees in October 2025 and
 * answers 405 since; the setting `acl.emailGrantees` chooses.
 */
export function accountOfEmail({ accounts, settings }: Directory, address: string): Account {
  if (!settings.acl.emailGrantees) {
    throw new S3Error('MethodNotAllowed', {}, { message: 'Grantees cannot be named by their e-mail address' })
  }
  const found = REGIONS.has(settings.region) ? accounts.findByEmail(address) : []
  const [account, another] = found
  if (another) throw new S3Error('AmbiguousGrantByEmailAddress')
  if (!account) throw new S3Error('UnresolvableGrantByEmailAddress')
  return account
}
