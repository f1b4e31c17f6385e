import type { AccessRule } from '../../../access/access-rule.ts'
import type { Account } from '../../../access/accounts.ts'
import { aclToRow } from '../../../access/acl/acl-row.ts'
import { grantsToOthers } from '../../../access/object-ownership.ts'
import { accountOf } from '../../../access/principal.ts'
import {
  allBlocked,
  type PublicAccessBlock,
  refusesAcl,
  stricterBlock,
} from '../../../access/public-access-block.ts'
import { accessPoints } from '../../../metadata/tables/access-point-tables.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { buckets } from '../../../metadata/tables/tables.ts'
import { transact, type Transaction } from '../../../metadata/transaction.ts'
import { assertValidBucketName } from '../../../model/bucket-name.ts'
import { enumValues } from '../../../model/operations.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { CreateBucketInput, Tag } from '../../../model/types.gen.ts'
import { accountBlock } from '../../shared/bucket/effective-block.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { putNewBucket } from './put-new-bucket.ts'
import { createDirectoryBucket, isForDirectory } from './create-directory-bucket.ts'
import { bucketTagKeys } from '../../shared/deciding/tag-condition-keys.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { hasGrants, requestedAcl } from '../../shared/grants/requested-acl.ts'
import { MOST_BUCKET_TAGS, tagsOfElements } from '../../shared/object/tags.ts'

/** Source: S3 API Reference, CreateBucketConfiguration, Tags. */
const TAG_RESOURCE: AccessRule = { action: 's3:TagResource', on: 'account' }

export const CreateBucket = defineOperation('CreateBucket', {
  access: {
    action: 's3:CreateBucket',
    on: 'account',
    directory: { action: 's3express:CreateBucket' },
  },
  contextKeys: ({ CreateBucketConfiguration: configuration }) => ({
    's3:LocationConstraint': configuration?.LocationConstraint,
    ...bucketTagKeys(configuration?.Tags),
  }),
  async handle(input, context) {
    const { service, principal } = context
    const account = accountOf(principal)
    if (!account) throw new S3Error('AccessDenied')
    if (isForDirectory(input)) return createDirectoryBucket(input, context, account)
    const { region } = service.settings
    const isOwn = input.BucketNamespace === 'account-regional'
    assertValidBucketName(input.Bucket, isOwn ? { accountId: account.id, region } : undefined)
    assertLocation(input, region)
    const ofAccount = await accountBlock(service, account.id)
    const row = newBucketRow(input, service, account, ofAccount)
    for (const action of furtherActions(input, row)) await context.authorize({ action, on: 'account' })
    if (row.tags) await context.authorize(TAG_RESOURCE, undefined, bucketTagKeys(tagsOf(input)))
    await transact(service.stores.metadata, async (transaction) => {
      const existing = await transaction.get(buckets, input.Bucket)
      if (existing) {
        assertIsTakenAgain(existing, account.id, region, input.Bucket)
        const acl = newBucketAcl(input, service, account, { ...existing, ofAccount })
        if (acl ?? existing.acl)
          transaction.put(buckets, [input.Bucket], { ...existing, deleting: undefined, acl })
        return
      }
      await assertNoHostOfAccessPoint(transaction, input.Bucket)
      await putNewBucket(transaction, input.Bucket, row)
    })
    return { Location: `/${input.Bucket}` }
  },
})

/**
 * What else the caller has to be permitted: what it would need for a bucket that is there already. Source: S3 API
 * Reference, CreateBucket, "Permissions".
 */
function furtherActions(input: CreateBucketInput, row: BucketRow): AccessRule['action'][] {
  return [
    ...(row.acl || hasGrants(input) ? ['s3:PutBucketAcl' as const] : []),
    ...(row.objectLock ? (['s3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning'] as const) : []),
    ...(input.ObjectOwnership === undefined ? [] : ['s3:PutBucketOwnershipControls' as const]),
  ]
}

/** A bucket has no name that is the host of an access point. */
async function assertNoHostOfAccessPoint(transaction: Transaction, name: string): Promise<void> {
  const [, pointName, accountId] = /^(.+)-(\d{12})$/.exec(name) ?? []
  if (pointName === undefined || accountId === undefined) return
  if (await transaction.get(accessPoints, accountId, pointName))
    throw new S3Error('BucketAlreadyExists', { BucketName: name })
}

function tagsOf({ CreateBucketConfiguration: configuration }: CreateBucketInput): readonly Tag[] {
  return configuration?.Tags ?? []
}

function newBucketRow(
  input: CreateBucketInput,
  service: S3Service,
  owner: Account,
  ofAccount: PublicAccessBlock | undefined,
): BucketRow {
  const { newBuckets, region } = service.settings
  const objectOwnership = input.ObjectOwnership ?? newBuckets.objectOwnership
  const tags = tagsOf(input)
  const publicAccessBlock = newBuckets.blockPublicAccess ? allBlocked : undefined
  return {
    id: service.random.bytes(9).toString('base64url'),
    ownerAccountId: owner.id,
    createdMilliseconds: service.clock.now().getTime(),
    region,
    ...(input.CreateBucketConfiguration?.LocationConstraint === 'EU' && { locationConstraint: 'EU' }),
    objectOwnership,
    publicAccessBlock,
    ...(newBuckets.blockCustomerKeys && { encryption: { algorithm: 'AES256', blocksCustomerKeys: true } }),
    // Object lock needs versions. Source: S3 API Reference, CreateBucket.
    ...(input.ObjectLockEnabledForBucket && { versioning: 'Enabled', objectLock: {} }),
    ...(tags.length > 0 && { tags: tagsOfElements(tags, MOST_BUCKET_TAGS) }),
    acl: newBucketAcl(input, service, owner, { objectOwnership, publicAccessBlock, ofAccount }),
  }
}

/** What an ACL is held against. */
interface HeldAgainst extends Pick<BucketRow, 'objectOwnership' | 'publicAccessBlock'> {
  readonly ofAccount: PublicAccessBlock | undefined
}

/** A bucket without ACLs takes none that gives something to another account. */
function newBucketAcl(
  input: CreateBucketInput,
  service: S3Service,
  owner: Account,
  held: HeldAgainst,
): BucketRow['acl'] {
  const owners = { ownerCanonicalId: owner.canonicalId, bucketOwnerCanonicalId: owner.canonicalId }
  const acl = requestedAcl(service, input, 'bucket', owners)
  if (!acl) return undefined
  if (held.objectOwnership === 'BucketOwnerEnforced' && grantsToOthers(acl)) {
    throw new S3Error('InvalidBucketAclWithObjectOwnership')
  }
  if (refusesAcl(stricterBlock(held.publicAccessBlock, held.ofAccount), acl))
    throw new S3Error('InvalidBucketAclWithBlockPublicAccessError')
  return aclToRow(acl)
}

/**
 * In us-east-1 creating one's own bucket again succeeds, and resets its ACL; elsewhere it does not.
 * Source: S3 API Reference, CreateBucket, "BucketAlreadyOwnedByYou".
 */
function assertIsTakenAgain(existing: BucketRow, accountId: string, region: string, name: string): void {
  if (existing.ownerAccountId !== accountId) throw new S3Error('BucketAlreadyExists', { BucketName: name })
  if (region !== 'us-east-1') throw new S3Error('BucketAlreadyOwnedByYou', { BucketName: name })
}

function assertLocation(input: CreateBucketInput, region: string): void {
  const { LocationConstraint } = input.CreateBucketConfiguration ?? {}
  if (LocationConstraint === undefined || LocationConstraint === '') {
    if (region === 'us-east-1') return
    throw incompatible('unspecified')
  }
  // EU is the old name of eu-west-1; us-east-1 is named by leaving the constraint out.
  if (LocationConstraint === 'EU' && region === 'eu-west-1') return
  if (region !== 'us-east-1' && LocationConstraint === region) return
  const known = enumValues('BucketLocationConstraint')
  if (known.includes(LocationConstraint)) throw incompatible(LocationConstraint)
  throw new S3Error('InvalidLocationConstraint', { LocationConstraint })
}

function incompatible(constraint: string): S3Error {
  const message = `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`
  return new S3Error('IllegalLocationConstraintException', {}, { message })
}
