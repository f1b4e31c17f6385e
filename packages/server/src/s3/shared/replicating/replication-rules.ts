import type { BucketRow, ObjectRow, TagsRow, VersionRow } from '../../../metadata/tables/rows.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { bucketNameOfArn } from '../../../model/bucket-arn.ts'
import type {
  ReplicationConfiguration,
  ReplicationRule as RuleElement,
  ReplicationRuleFilter,
  Tag,
} from '../../../model/types.gen.ts'
import { isObject } from '../object/version-order.ts'
import { readParsedIn } from '../bucket/bucket-documents.ts'
import { archiveOf } from '../object/archive-of.ts'
import type { DocumentCache } from '../service/document-cache.ts'

/** A rule ready to be applied. */
export interface ReplicationRule {
  readonly id: string
  readonly priority: number
  readonly prefix: string
  /** All of them have to be there. */
  readonly tags: TagsRow
  /** What begins with one of these is left out. */
  readonly exceptPrefixes: readonly string[]
  /** What has one of these is left out. */
  readonly exceptTags: TagsRow
  /** The name of the bucket that takes the replicas. */
  readonly destination: string
  /** Whose that bucket has to be; absent: anybody's. */
  readonly accountId: string | undefined
  readonly isForMarkers: boolean
  /** Whether what changes of a replica goes back to where it came from. */
  readonly isForReplicaChanges: boolean
  /** Whether it is about objects that keys of the key service seal. */
  readonly isForServiceKeys: boolean
  /** What seals their replicas. */
  readonly keyName: string | undefined
  readonly givesToBucketOwner: boolean
  /** Absent: that of the object. */
  readonly storageClass: string | undefined
  /** Whether there are metrics of it, and events of what failed. */
  readonly tellsFailures: boolean
  /** Whether it is told what takes longer than a quarter of an hour (S3 Replication Time Control). */
  readonly isTimed: boolean
}

/** Source: S3 User Guide, "Meeting compliance requirements using S3 Replication Time Control". */
export const TIME_CONTROL_MILLISECONDS = 15 * 60 * 1000

/** A configuration ready to be applied: of enabled rules, the one that goes first before others. */
export interface ReplicationRules {
  readonly role: string
  readonly rules: readonly ReplicationRule[]
}

export function parseReplication(text: string): ReplicationConfiguration {
  return JSON.parse(text) as ReplicationConfiguration
}

export function parseRules(text: string): ReplicationRules {
  const { Role, Rules } = parseReplication(text)
  const enabled = Rules.filter(({ Status }) => Status === 'Enabled').map(ruleOf)
  return { role: Role, rules: enabled.toSorted((one, other) => other.priority - one.priority) }
}

function ruleOf(rule: RuleElement): ReplicationRule {
  const { Destination: destination, SourceSelectionCriteria: criteria, Filter: filter } = rule
  const tags = filter?.And?.Tags ?? (filter?.Tag ? [filter.Tag] : [])
  const except = exceptionsOf(filter)
  return {
    id: rule.ID ?? '',
    priority: rule.Priority ?? 0,
    prefix: filter?.And?.Prefix ?? filter?.Prefix ?? rule.Prefix ?? '',
    tags: tags.map(tagRow),
    exceptPrefixes: except.prefixes,
    exceptTags: except.tags.map(tagRow),
    destination: bucketNameOfArn(destination.Bucket) ?? '',
    accountId: destination.Account,
    // Source: S3 User Guide, "Replication configuration file elements", "Backward compatibility": in the first version markers go along.
    isForMarkers: (rule.DeleteMarkerReplication?.Status ?? (filter ? 'Disabled' : 'Enabled')) === 'Enabled',
    isForReplicaChanges: criteria?.ReplicaModifications?.Status === 'Enabled',
    isForServiceKeys: criteria?.SseKmsEncryptedObjects?.Status === 'Enabled',
    keyName: destination.EncryptionConfiguration?.ReplicaKmsKeyID,
    givesToBucketOwner: destination.AccessControlTranslation?.Owner === 'Destination',
    storageClass: destination.StorageClass,
    tellsFailures: destination.Metrics?.Status === 'Enabled',
    isTimed: destination.ReplicationTime?.Status === 'Enabled',
  }
}

function tagRow({ Key, Value }: Tag): TagsRow[number] {
  return [Key, Value]
}

/** What a filter leaves out. Source: S3 API Reference, ReplicationRuleNotOperator. */
export function exceptionsOf(filter: ReplicationRuleFilter | undefined): {
  readonly prefixes: readonly string[]
  readonly tags: readonly Tag[]
} {
  const { Prefix, Tag: tag, Or } = filter?.And?.Not ?? filter?.Not ?? {}
  const prefixes = Or?.Prefixes ?? (Prefix === undefined ? [] : [Prefix])
  return { prefixes, tags: Or?.Tags ?? (tag ? [tag] : []) }
}

/** Whether versions of a bucket may have to be replicated. Costs nothing, so that other buckets pay nothing. */
export function isReplicated({ documents }: BucketRow): boolean {
  return documents?.replication !== undefined
}

/**
 * Whether lifecycle rules leave a version alone for now. Source: S3 User Guide, "How S3 Lifecycle interacts with other bucket
 * configurations": what is PENDING or FAILED neither expires nor changes its class.
 */
export function isHeldForReplication(
  bucket: BucketRow,
  { replication }: Pick<VersionRow, 'replication'>,
): boolean {
  return isReplicated(bucket) && (replication === 'PENDING' || replication === 'FAILED')
}

/** The rules of a bucket as a transaction read it; each version of them is parsed once. */
export async function readReplicationRules(
  transaction: Transaction,
  documents: DocumentCache,
  bucket: BucketRow,
): Promise<ReplicationRules | undefined> {
  return readParsedIn(transaction, documents, bucket, 'replication', parseRules)
}

/** What happened to a version: it was made, or what is said of it changed; or somebody asks for it, whatever became of it before. */
export type Replicable = 'version' | 'change' | 'existing'

/**
 * The rules by which a version goes elsewhere, one for each destination. Replicas go nowhere, but for what changes of them where
 * a rule says so, and who asks for it; changes go where the version went. Source: S3 User Guide, "What does Amazon S3 replicate?"
 * and "Replicating existing objects with Batch Replication".
 */
export function rulesFor(
  { rules }: ReplicationRules,
  what: Replicable,
  key: string,
  row: VersionRow,
): ReplicationRule[] {
  const chosen = new Map<string, ReplicationRule>()
  for (const rule of rules) {
    if (!isForKey(rule, key) || chosen.has(rule.destination)) continue
    const isMeant = isObject(row)
      ? isForObject(rule, what, row)
      : what !== 'change' && isForMarker(rule, what, row)
    if (isMeant) chosen.set(rule.destination, rule)
  }
  return [...chosen.values()]
}

function isForKey({ prefix, exceptPrefixes }: ReplicationRule, key: string): boolean {
  return key.startsWith(prefix) && !exceptPrefixes.some((except) => key.startsWith(except))
}

function isForMarker(rule: ReplicationRule, what: Replicable, { isReplica }: VersionRow): boolean {
  return (!isReplica || what === 'existing') && rule.isForMarkers && !hasTagFilter(rule)
}

function hasTagFilter({ tags, exceptTags }: ReplicationRule): boolean {
  return tags.length + exceptTags.length > 0
}

function isForObject(rule: ReplicationRule, what: Replicable, row: ObjectRow): boolean {
  if (row.encryption?.kind.startsWith('aws:kms') && !rule.isForServiceKeys) return false
  if (what === 'change') return row.isReplica ? rule.isForReplicaChanges : row.replication !== undefined
  const { tags = [] } = row
  if (row.isReplica && what !== 'existing') return false
  // Source: S3 User Guide, "What isn't replicated with replication configurations?": what is stored in the archives.
  if (what === 'version' && archiveOf(row)) return false
  const has = ([name, value]: TagsRow[number]): boolean =>
    tags.some(([other, its]) => other === name && its === value)
  return rule.tags.every(has) && !rule.exceptTags.some(has)
}
