import { aclFromRow } from '../../../access/acl/acl-row.ts'
import { refusesAcl } from '../../../access/public-access-block.ts'
import type { BucketRow, ObjectRow, ObjectTraits } from '../../../metadata/tables/rows.ts'
import { effectiveBlock } from '../../shared/bucket/effective-block.ts'
import { canonicalIdOfAccount } from '../../shared/grants/canonical-ids.ts'
import { defaultRetention } from '../../shared/object/object-lock-rules.ts'
import { goesToBucketOwner } from '../../shared/replicas/place-replica.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { ReplicationFailure } from './replication-failure.ts'

/** What may change of a version later, and goes along then. */
export type ChangingTraits = Pick<ObjectTraits, 'tags' | 'acl' | 'ownerAccountId' | 'retention' | 'legalHold'>

/**
 * Tags, owner, ACL and lock of a replica. The owner and the ACL are those of the object, unless the rule gives replicas to the owner
 * of their bucket, or that owns all in it. A lock of the object's goes before the default of the bucket. Sources: S3 User Guide,
 * "What does Amazon S3 replicate?" and "Changing the replica owner".
 */
export async function changingTraits(
  service: S3Service,
  givesToBucketOwner: boolean,
  row: ObjectRow,
  bucket: BucketRow,
): Promise<ChangingTraits> {
  const { accounts, clock } = service
  const { tags, legalHold } = row
  const retention = row.retention ?? defaultRetention(bucket.objectLock, clock.now())
  const common = { tags, legalHold, retention }
  if (goesToBucketOwner(bucket, givesToBucketOwner))
    return { ...common, acl: undefined, ownerAccountId: bucket.ownerAccountId }
  const { acl, ownerAccountId } = row
  if (
    acl &&
    refusesAcl(
      await effectiveBlock(service, bucket),
      aclFromRow(acl, canonicalIdOfAccount(accounts, ownerAccountId)),
    )
  )
    throw new ReplicationFailure('DstPutAclNotPermitted')
  return { ...common, acl, ownerAccountId }
}
