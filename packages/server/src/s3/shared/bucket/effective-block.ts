import type { Acl } from '../../../access/acl/acl.ts'
import { isPublicAcl } from '../../../access/acl/acl.ts'
import { blocksAll, refusesAcl, stricterBlock } from '../../../access/public-access-block.ts'
import { type Soon, soon } from '../../../base/soon.ts'
import { RowCache } from '../../../metadata/row-cache.ts'
import { accountAccessBlocks } from '../../../metadata/tables/account-tables.ts'
import type { BucketRow, PublicAccessBlock } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { AccessService } from '../service/service.ts'

const accountBlocks = new RowCache(accountAccessBlocks)

/** Of an account; `undefined` where it has none. */
export function accountBlock(
  { stores }: Pick<AccessService, 'stores'>,
  accountId: string,
): Soon<PublicAccessBlock | undefined> {
  return accountBlocks.read(stores.metadata, accountId)
}

/**
 * What holds for a bucket: its own public access block and that of its account, the stricter of both. Source: S3 User Guide,
 * "Blocking public access to your Amazon S3 storage".
 */
export function effectiveBlock(
  service: Pick<AccessService, 'stores'>,
  { publicAccessBlock, ownerAccountId }: Pick<BucketRow, 'publicAccessBlock' | 'ownerAccountId'>,
): Soon<PublicAccessBlock | undefined> {
  if (blocksAll(publicAccessBlock)) return publicAccessBlock
  return soon(accountBlock(service, ownerAccountId), (block) => stricterBlock(publicAccessBlock, block))
}

/** Who is refused may have every permission, so S3 says why: in these words. */
export function blockedPolicy(): S3Error {
  return blocked('public policies are blocked by the BlockPublicPolicy')
}

/** The same of an ACL. */
export function blockedAcl(): S3Error {
  return blocked('public access control lists (ACLs) are blocked by the BlockPublicAcls')
}

function blocked(reason: string): S3Error {
  return new S3Error(
    'AccessDenied',
    {},
    { message: `Access Denied because ${reason} block public access setting.` },
  )
}

/** Throws AccessDenied for an ACL that what holds for the bucket refuses. */
export function assertAclNotBlocked(
  service: Pick<AccessService, 'stores'>,
  bucket: BucketRow,
  acl: Acl | undefined,
): Soon<void> {
  if (!acl || !isPublicAcl(acl)) return undefined
  return soon(effectiveBlock(service, bucket), (block) => {
    if (refusesAcl(block, acl)) throw blockedAcl()
  })
}
