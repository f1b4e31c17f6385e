import { type AccessRule, s3Arn } from '../../../access/access-rule.ts'
import { type Caller, callerOf } from '../../../access/caller.ts'
import { decideOnService } from '../../../access/decide-on-service.ts'
import { momentKeys } from '../../../access/moment-keys.ts'
import { parsePolicy } from '../../../access/policy/parse-policy.ts'
import { RequestContext } from '../../../access/request-context.ts'
import { idOf } from '../../../identities/policy-principals.ts'
import { RoleCallers } from '../../../identities/role-callers.ts'
import { iamRoles, type IamRoleRow } from '../../../metadata/tables/iam-tables.ts'
import type { VersionRow } from '../../../metadata/tables/rows.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { type Asking, decideAccess } from '../../shared/deciding/authorize.ts'
import { isObject } from '../../shared/object/version-order.ts'
import type { ReplicationRule } from '../../shared/replicating/replication-rules.ts'
import type { AccessTarget } from '../../shared/service/access-target.ts'
import type { S3Service } from '../../shared/service/service.ts'
import type { ReplicatedBucket } from './replicated-version.ts'
import { type FailureReason, ReplicationFailure } from './replication-failure.ts'

/** S3 itself, as trust policies name it. */
const S3 = callerOf({ kind: 'service', service: 's3.amazonaws.com' })

/** What the sessions of S3 are called in which it replicates. */
const SESSION_NAME = 's3-replication'

/** Acts as the roles of configurations, as far as these trust S3. */
export class ReplicationRoles {
  readonly #service: S3Service
  readonly #callers: RoleCallers

  constructor(service: S3Service) {
    this.#service = service
    this.#callers = new RoleCallers({ accounts: service.accounts, metadata: service.stores.metadata })
  }

  /** Throws AssumeRoleNotPermitted where there is no such role, or it does not trust S3 with this bucket. */
  async callerOf(arn: string, source: ReplicatedBucket): Promise<Caller> {
    const { metadata } = this.#service.stores
    const roleId = await idOf(metadata, arn)
    const row = roleId?.startsWith('AROA') ? await readRow(metadata, iamRoles, roleId) : undefined
    if (roleId === undefined || !row || !this.#trusts(arn, row, source))
      throw new ReplicationFailure('AssumeRoleNotPermitted')
    const issuedMilliseconds = this.#service.clock.now().getTime()
    const times = { issuedMilliseconds, expiresMilliseconds: issuedMilliseconds }
    const session = { ...times, roleId, name: SESSION_NAME, secretAccessKey: '' }
    const caller = await this.#callers.find(roleId, session)
    if (!caller) throw new ReplicationFailure('AssumeRoleNotPermitted')
    return caller
  }

  #trusts(resource: string, row: IamRoleRow, { bucketName, bucket }: ReplicatedBucket): boolean {
    const { clock, settings } = this.#service
    const context = new RequestContext(() => [
      ...momentKeys(clock.now(), settings.region),
      ['aws:ResourceAccount', row.accountId],
      ['aws:SourceArn', s3Arn(bucketName)],
      ['aws:SourceAccount', bucket.ownerAccountId],
      ['aws:SecureTransport', 'true'],
    ])
    const policy = {
      source: 'trust-policy',
      policy: parsePolicy(row.trustPolicy, { kind: 'trust' }),
    } as const
    const action = 'sts:AssumeRole'
    return decideOnService({ caller: S3, action, resource, accountId: row.accountId, context, policy })
      .allowed
  }
}

type Need = readonly [rule: AccessRule, otherwise: FailureReason]

const FROM_BUCKET: readonly Need[] = [
  [{ action: 's3:GetReplicationConfiguration', on: 'bucket' }, 'SrcGetObjectNotPermitted'],
  [{ action: 's3:ListBucket', on: 'bucket' }, 'SrcGetObjectNotPermitted'],
]
const FROM_OBJECT: readonly Need[] = [
  [
    { action: 's3:GetObjectVersionForReplication', on: 'object', acl: { on: 'object', grant: 'READ' } },
    'SrcGetObjectNotPermitted',
  ],
  [
    { action: 's3:GetObjectVersionAcl', on: 'object', acl: { on: 'object', grant: 'READ_ACP' } },
    'SrcGetAclNotPermitted',
  ],
]
const FROM_TAGS: Need = [{ action: 's3:GetObjectVersionTagging', on: 'object' }, 'SrcGetTaggingNotPermitted']
const FROM_RETENTION: Need = [{ action: 's3:GetObjectRetention', on: 'object' }, 'SrcGetObjectNotPermitted']
const FROM_HOLD: Need = [{ action: 's3:GetObjectLegalHold', on: 'object' }, 'SrcGetObjectNotPermitted']
const TO_OBJECT: Need = [{ action: 's3:ReplicateObject', on: 'object' }, 'DstPutObjectNotPermitted']
const TO_TAGS: Need = [{ action: 's3:ReplicateTags', on: 'object' }, 'DstPutTaggingNotPermitted']
const TO_MARKER: Need = [{ action: 's3:ReplicateDelete', on: 'object' }, 'DstDelObjNotPermitted']
const TO_OWNER: Need = [
  { action: 's3:ObjectOwnerOverrideToBucketOwner', on: 'object' },
  'DstPutAclNotPermitted',
]

/**
 * Throws the reason where the role may not read the version, or may not write its replica. Source: S3 User Guide, "Setting up
 * permissions for live replication" and "Changing the replica owner".
 */
export async function assertMayReplicate(
  service: S3Service,
  caller: Caller,
  rule: ReplicationRule,
  source: AccessTarget,
  destination: AccessTarget,
  row: VersionRow,
): Promise<void> {
  await assertMayRead(service, caller, source, row)
  await assertAll({ service, caller }, needsOfDestination(rule, row), destination)
}

/** The same of reading alone: who may write elsewhere is decided there. */
export async function assertMayRead(
  service: S3Service,
  caller: Caller,
  source: AccessTarget,
  row: VersionRow,
): Promise<void> {
  const { bucketName, bucket } = source
  await assertAll({ service, caller }, FROM_BUCKET, { bucketName, bucket })
  await assertAll({ service, caller }, needsOfSource(row), source)
}

async function assertAll(asking: Asking, needs: readonly Need[], target: AccessTarget): Promise<void> {
  // What stays on the server does not leave it, and what leaves it is about the copy.
  const keys = { 'aws:SecureTransport': 'true' }
  for (const [access, reason] of needs) {
    const decision = await decideAccess(asking, { rule: access, target, keys })
    if (!decision.allowed) throw new ReplicationFailure(reason, { cause: decision })
  }
}

function needsOfSource(row: VersionRow): readonly Need[] {
  if (!isObject(row)) return []
  return [
    ...FROM_OBJECT,
    ...(row.tags ? [FROM_TAGS] : []),
    ...(row.retention ? [FROM_RETENTION] : []),
    ...(row.legalHold === undefined ? [] : [FROM_HOLD]),
  ]
}

function needsOfDestination({ givesToBucketOwner }: ReplicationRule, row: VersionRow): readonly Need[] {
  if (!isObject(row)) return [TO_MARKER]
  return [TO_OBJECT, ...(row.tags ? [TO_TAGS] : []), ...(givesToBucketOwner ? [TO_OWNER] : [])]
}
