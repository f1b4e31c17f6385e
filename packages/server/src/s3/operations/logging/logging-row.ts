import { type Grant, MOST_GRANTS } from '../../../access/acl/acl.ts'
import { aclFromRow, aclToRow } from '../../../access/acl/acl-row.ts'
import type { AccountDirectory } from '../../../access/account-directory.ts'
import { LOG_DELIVERY_CANONICAL_ID } from '../../../access/principal.ts'
import type { LoggingRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { LoggingEnabled, TargetGrant, TargetObjectKeyFormat } from '../../../model/types.gen.ts'
import { granteeOfElement, shownGrantee } from '../../shared/grants/grant-elements.ts'
import type { S3Service } from '../../shared/service/service.ts'

/** The owner's and the log delivery's own grants stand on every log object besides these. */
const MOST_TARGET_GRANTS = MOST_GRANTS - 2

/** The element as it is kept. Throws MalformedXML for what is none, and S3's errors for grantees there are not. */
export function loggingRow(service: S3Service, element: LoggingEnabled): LoggingRow {
  const { TargetBucket, TargetPrefix, TargetGrants, TargetObjectKeyFormat: format } = element
  if (TargetBucket === '') throw new S3Error('MalformedXML')
  return {
    targetBucket: TargetBucket,
    targetPrefix: TargetPrefix,
    ...(TargetGrants && TargetGrants.length > 0 && { grants: grantsRow(service, TargetGrants) }),
    ...(format && { keyFormat: keyFormatOf(format) }),
  }
}

function grantsRow(service: S3Service, elements: readonly TargetGrant[]): LoggingRow['grants'] {
  if (elements.length > MOST_TARGET_GRANTS) throw new S3Error('MalformedXML')
  const grants = elements.map((element) => grantOf(service, element))
  return aclToRow({ ownerCanonicalId: LOG_DELIVERY_CANONICAL_ID, grants })
}

function grantOf(service: S3Service, { Grantee, Permission }: TargetGrant): Grant {
  const isKnown = Permission === 'FULL_CONTROL' || Permission === 'READ' || Permission === 'WRITE'
  const grantee = Grantee && isKnown ? granteeOfElement(service, Grantee) : undefined
  if (!grantee || !isKnown) throw new S3Error('MalformedXML')
  return { grantee, permission: Permission }
}

/** Source: S3 API Reference, TargetObjectKeyFormat, "Only one format", and PartitionedPrefix, "defaults to EventTime". */
function keyFormatOf({ SimplePrefix, PartitionedPrefix }: TargetObjectKeyFormat): LoggingRow['keyFormat'] {
  if ((SimplePrefix === undefined) === (PartitionedPrefix === undefined)) throw new S3Error('MalformedXML')
  if (SimplePrefix) return 'Simple'
  const source = PartitionedPrefix?.PartitionDateSource ?? 'EventTime'
  if (source !== 'EventTime' && source !== 'DeliveryTime') throw new S3Error('MalformedXML')
  return source
}

/** What others than the owner of the target may do with log objects. */
export function targetGrants({ grants }: LoggingRow): readonly Grant[] {
  return grants ? aclFromRow(grants, LOG_DELIVERY_CANONICAL_ID).grants : []
}

/** The element as GetBucketLogging answers it. */
export function loggingElement(accounts: AccountDirectory, logging: LoggingRow): LoggingEnabled {
  const { targetBucket, targetPrefix, grants, keyFormat } = logging
  return {
    TargetBucket: targetBucket,
    ...(grants && { TargetGrants: targetGrants(logging).map((grant) => shownGrant(accounts, grant)) }),
    TargetPrefix: targetPrefix,
    ...(keyFormat && { TargetObjectKeyFormat: keyFormatElement(keyFormat) }),
  }
}

function shownGrant(accounts: AccountDirectory, { grantee, permission }: Grant): TargetGrant {
  const isOfLogs = permission === 'FULL_CONTROL' || permission === 'READ' || permission === 'WRITE'
  return { Grantee: shownGrantee(accounts, grantee), ...(isOfLogs && { Permission: permission }) }
}

function keyFormatElement(format: NonNullable<LoggingRow['keyFormat']>): TargetObjectKeyFormat {
  return format === 'Simple' ? { SimplePrefix: {} } : { PartitionedPrefix: { PartitionDateSource: format } }
}
