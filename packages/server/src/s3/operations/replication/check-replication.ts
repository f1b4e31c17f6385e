import { S3Error } from '../../../model/s3-error.ts'
import type {
  Destination,
  ReplicationConfiguration,
  ReplicationRule,
  ReplicationRuleFilter,
  ReplicationRuleNotOperator,
  Tag,
} from '../../../model/types.gen.ts'
import { checkFilterPrefix, checkFilterTags, countGiven } from '../../shared/bucket/filter-parts.ts'
import { describe } from '../../shared/object/describe.ts'
import { exceptionsOf } from '../../shared/replicating/replication-rules.ts'
import { bucketNameOfArn } from '../../../model/bucket-arn.ts'

/** Source: S3 API Reference, PutBucketReplication and ReplicationRule. */
const MOST_RULES = 1000
const MOST_ID_CHARACTERS = 255
const MOST_KEY_ID_CHARACTERS = 2048

/**
 * Checks a configuration as S3 does, but for whether its destinations are there; throws MalformedXML, InvalidArgument or
 * InvalidRequest, and NotImplemented for what there is not here. Source: S3 User Guide, "Replication configuration file elements".
 */
export function checkReplication(
  { Rules: rules }: ReplicationConfiguration,
  moreStorageClasses: readonly string[],
): void {
  if (rules.length === 0 || rules.length > MOST_RULES) throw malformed()
  const isSecond = rules.some(isSecondVersion)
  if (isSecond && !rules.every(isSecondVersion))
    throw invalidRequest('All rules must be of the same version of the replication configuration schema.')
  for (const rule of rules) checkRule(rule, moreStorageClasses)
  checkIds(rules)
  if (isSecond) checkPriorities(rules)
  else checkPrefixes(rules)
}

function checkIds(rules: readonly ReplicationRule[]): void {
  const ids = rules.flatMap(({ ID }) => (ID === undefined || ID === '' ? [] : [ID]))
  if (ids.some((id) => id.length > MOST_ID_CHARACTERS))
    throw invalid(`ID length should not exceed allowed limit of ${MOST_ID_CHARACTERS}`)
  if (new Set(ids).size < ids.length)
    throw invalid('Rule ID must be unique. Found same ID for more than one rule')
}

/** Where several rules have the same destination, their priorities say which one counts. */
function checkPriorities(rules: readonly ReplicationRule[]): void {
  const known = new Set<string>()
  for (const { Priority, Destination: destination } of rules) {
    const name = `${Priority} ${destination.Bucket}`
    if (known.has(name)) throw invalidRequest(`Found more than one rule with the priority ${Priority}.`)
    known.add(name)
  }
}

/** Without priorities nothing says which of two rules counts, and there is one destination alone. */
function checkPrefixes(rules: readonly ReplicationRule[]): void {
  for (const [index, { Prefix: prefix = '' }] of rules.entries()) {
    const other = rules
      .slice(0, index)
      .find(({ Prefix = '' }) => prefix.startsWith(Prefix) || Prefix.startsWith(prefix))
    if (other) throw invalidRequest(`Found overlapping prefixes '${other.Prefix ?? ''}' and '${prefix}'`)
  }
  if (new Set(rules.map((rule) => rule.Destination.Bucket)).size > 1)
    throw invalidRequest('Number of distinct destination bucket ARNs cannot exceed 1')
}

function checkRule(rule: ReplicationRule, moreStorageClasses: readonly string[]): void {
  assertStatus(rule.Status)
  if (isSecondVersion(rule)) checkSecondVersion(rule)
  else checkFirstVersion(rule)
  const { ExistingObjectReplication: existing, SourceSelectionCriteria: criteria } = rule
  if (existing) assertStatus(existing.Status)
  // Source: S3 API Reference, ReplicationRule: "This parameter is no longer supported."
  if (existing?.Status === 'Enabled') throw invalidRequest('ExistingObjectReplication is not supported.')
  const { ReplicaModifications: changes, SseKmsEncryptedObjects: sealed } = criteria ?? {}
  if (changes) assertStatus(changes.Status)
  if (sealed) assertStatus(sealed.Status)
  checkDestination(rule.Destination, sealed?.Status === 'Enabled', moreStorageClasses)
}

const SCHEMA =
  'version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information.'

/**
 * Without a filter a rule is about all objects: by the second version where it has what only that has. Source: S3 User Guide,
 * "Replication configuration file elements": "Basic rule configuration" and the note on versions.
 */
function isSecondVersion(rule: ReplicationRule): boolean {
  if (rule.Filter || rule.Prefix !== undefined) return rule.Filter !== undefined
  const { Priority, DeleteMarkerReplication, Destination: destination } = rule
  return (Priority ?? DeleteMarkerReplication ?? destination.ReplicationTime) !== undefined
}

function checkSecondVersion(rule: ReplicationRule): void {
  if (rule.Prefix !== undefined) throw malformed()
  const tags = checkFilter(rule.Filter ?? {})
  if (rule.Priority === undefined) throw invalidRequest(`Priority must be specified for this ${SCHEMA}`)
  if (rule.Priority < 0) throw invalid('Priority must be a non-negative integer')
  const markers = rule.DeleteMarkerReplication
  if (!markers) throw invalidRequest(`DeleteMarkerReplication must be specified for this ${SCHEMA}`)
  assertStatus(markers.Status)
  if (tags.length > 0 && markers.Status === 'Enabled') {
    throw invalidRequest(
      'Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer Guide for more information.',
    )
  }
}

function checkFirstVersion(rule: ReplicationRule): void {
  checkFilterPrefix(rule.Prefix ?? '')
  if (rule.Priority !== undefined) throw invalidRequest(`Priority cannot be used for this ${SCHEMA}`)
  if (rule.DeleteMarkerReplication)
    throw invalidRequest(`DeleteMarkerReplication cannot be used for this ${SCHEMA}`)
  // Source: S3 User Guide, "Replication configuration file elements": rules with time control are of the second version.
  if (rule.Destination.ReplicationTime)
    throw invalidRequest(`ReplicationTime cannot be used for this ${SCHEMA}`)
  // Source: S3 API Reference, ReplicaModifications: "In the earlier version, this element is not allowed."
  if (rule.SourceSelectionCriteria?.ReplicaModifications)
    throw invalidRequest(`ReplicaModifications cannot be used for this ${SCHEMA}`)
}

/** Returns the tags that it asks for. */
function checkFilter(filter: ReplicationRuleFilter): readonly Tag[] {
  const { Prefix, Tag: tag, And, Not } = filter
  if (countGiven(Prefix, tag, And, Not) > 1) throw malformed()
  if (And && countGiven(And.Prefix, And.Not) + (And.Tags ?? []).length < 2) throw malformed()
  checkExceptions(And?.Not ?? Not)
  const except = exceptionsOf(filter)
  for (const prefix of [And?.Prefix ?? Prefix ?? '', ...except.prefixes]) checkFilterPrefix(prefix)
  const tags = And?.Tags ?? (tag ? [tag] : [])
  checkFilterTags(tags)
  // Of one name there may be several: either value is left out.
  for (const each of except.tags) checkFilterTags([each])
  return [...tags, ...except.tags]
}

/** Source: S3 API Reference, ReplicationRuleNotOperator ("exactly one") and ReplicationRuleOrOperator ("one or more"). */
function checkExceptions(not: ReplicationRuleNotOperator | undefined): void {
  if (!not) return
  const { Prefix, Tag: tag, Or } = not
  if (countGiven(Prefix, tag, Or) !== 1) throw malformed()
  if (Or && (Or.Prefixes ?? []).length + (Or.Tags ?? []).length === 0) throw malformed()
}

function checkDestination(
  destination: Destination,
  takesServiceKeys: boolean,
  moreStorageClasses: readonly string[],
): void {
  const { Bucket, Account, AccessControlTranslation: translation, StorageClass } = destination
  if (bucketNameOfArn(Bucket) === undefined) throw invalid('Invalid bucket ARN', 'Bucket', Bucket)
  if (Account !== undefined && !/^\d{12}$/.test(Account)) throw invalid('Invalid account', 'Account', Account)
  if (translation && translation.Owner !== 'Destination') throw malformed()
  if (translation && Account === undefined)
    throw invalidRequest('Account must be specified if AccessControlTranslation is present.')
  describe({ StorageClass, Metadata: undefined, WebsiteRedirectLocation: undefined }, moreStorageClasses)
  const { ReplicaKmsKeyID: keyName, UseSourceMultiRegionKey: related } =
    destination.EncryptionConfiguration ?? {}
  if (related) assertStatus(related.Status)
  if (related?.Status === 'Enabled')
    throw new S3Error('NotImplemented', {}, { message: 'There are no multi-Region keys here.' })
  if (takesServiceKeys && (keyName === undefined || keyName === ''))
    throw invalidRequest('EncryptionConfiguration must be specified if SseKmsEncryptedObjects is Enabled.')
  // Source: AWS KMS API Reference, KeyId.
  if (keyName !== undefined && keyName.length > MOST_KEY_ID_CHARACTERS)
    throw invalidRequest('ReplicaKmsKeyID is too long.')
  if (!takesServiceKeys && destination.EncryptionConfiguration)
    throw invalidRequest('SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.')
  checkTimes(destination)
}

/** Source: S3 API Reference, ReplicationTimeValue: "Valid value: 15". */
const MINUTES = 15

/** Source: S3 API Reference, Destination: time control goes together with metrics. The words of the first error were observed on S3. */
function checkTimes({ ReplicationTime: time, Metrics: metrics }: Destination): void {
  if (time) assertStatus(time.Status)
  if (metrics) assertStatus(metrics.Status)
  const isTimed = time?.Status === 'Enabled'
  if (metrics?.EventThreshold && !isTimed)
    throw invalid(
      'Metrics cannot contain an event threshold when ReplicationTime is not specified or Disabled',
    )
  if (isTimed && metrics?.Status !== 'Enabled')
    throw invalid('ReplicationTime cannot be Enabled when Metrics is not specified or Disabled')
  for (const { Minutes } of [time?.Time ?? {}, metrics?.EventThreshold ?? {}])
    if (Minutes !== undefined && Minutes !== MINUTES) throw invalid(`Minutes must be ${MINUTES}`)
}

function assertStatus(status: string | undefined): void {
  if (status !== 'Enabled' && status !== 'Disabled') throw malformed()
}

function malformed(): S3Error {
  return new S3Error('MalformedXML')
}

function invalid(message: string, name?: string, value = ''): S3Error {
  const fields: Record<string, string> =
    name === undefined ? {} : { ArgumentName: name, ArgumentValue: value }
  return new S3Error('InvalidArgument', fields, { message })
}

function invalidRequest(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}
