import { DAY_MILLISECONDS } from '../../../base/day.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type {
  LifecycleExpiration,
  LifecycleRule,
  LifecycleRuleFilter,
  Transition,
} from '../../../model/types.gen.ts'
import { refusedHeader } from '../../../model/refused-header.ts'
import { checkFilterPrefix, checkFilterTags, countGiven } from '../../shared/bucket/filter-parts.ts'

/** Source: S3 API Reference, PutBucketLifecycleConfiguration, and S3 User Guide, "Lifecycle configuration elements". */
const MOST_RULES = 1000
const MOST_ID_CHARACTERS = 255
const MOST_NEWER_VERSIONS = 100
const TRANSITION_CLASSES: ReadonlySet<string> = new Set([
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
])

/** Checks a configuration as S3 does; throws MalformedXML, InvalidArgument or InvalidRequest. */
export function checkLifecycle(
  rules: readonly LifecycleRule[],
  moreStorageClasses: readonly string[],
  { directory }: Pick<BucketRow, 'directory'>,
): void {
  if (directory) for (const rule of rules) checkForDirectory(rule)
  if (rules.length === 0 || rules.length > MOST_RULES) throw malformed()
  const ids = new Set<string>()
  for (const rule of rules) {
    checkId(rule.ID, ids)
    checkRule(rule, moreStorageClasses)
  }
  checkOneVersion(rules)
}

/**
 * A configuration is of one version, which its first rule says: rules of the first have a Prefix, those of the second a Filter. AWS's
 * pages are silent about both in one; code and words were observed on S3.
 */
function checkOneVersion([first, ...others]: readonly LifecycleRule[]): void {
  const isSecond = first?.Filter !== undefined
  if (others.every(({ Filter: filter }) => (filter !== undefined) === isSecond)) return
  throw invalidRequest(
    isSecond
      ? 'Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.'
      : 'Filter element can only be used in Lifecycle V2.',
  )
}

/** Source: S3 API Reference, LifecycleRule and its members: "not supported for directory bucket lifecycle configurations". */
function checkForDirectory(rule: LifecycleRule): void {
  const { Filter: filter, Expiration: expiration } = rule
  const refused = {
    Transition: rule.Transitions?.[0],
    NoncurrentVersionTransition: rule.NoncurrentVersionTransitions?.[0],
    NoncurrentVersionExpiration: rule.NoncurrentVersionExpiration,
    Date: expiration?.Date,
    ExpiredObjectDeleteMarker: expiration?.ExpiredObjectDeleteMarker,
    Tag: filter?.Tag ?? filter?.And?.Tags?.[0],
  }
  for (const [element, value] of Object.entries(refused))
    if (value !== undefined) throw refusedHeader(element)
}

function checkId(id: string | undefined, known: Set<string>): void {
  // Each of these is given one of its own.
  if (id === undefined || id === '') return
  if (id.length > MOST_ID_CHARACTERS) throw invalid('ID length should not exceed allowed limit of 255')
  if (known.has(id)) throw invalid('Rule ID must be unique. Found same ID for more than one rule')
  known.add(id)
}

function checkRule(rule: LifecycleRule, moreStorageClasses: readonly string[]): void {
  if (rule.Status !== 'Enabled' && rule.Status !== 'Disabled') throw malformed()
  if ((rule.Filter === undefined) === (rule.Prefix === undefined)) throw malformed()
  checkFilterPrefix(rule.Prefix ?? '')
  const filter = rule.Filter ? checkFilter(rule.Filter) : NO_FILTER
  checkActions(rule)
  if (rule.Expiration) checkExpiration(rule.Expiration, filter)
  checkTransitions(rule, moreStorageClasses)
  checkNoncurrent(rule, moreStorageClasses)
  if (!rule.Filter) refuseNewer(rule)
  checkAbort(rule, filter)
}

interface FilterKind {
  readonly hasTags: boolean
  readonly hasSizes: boolean
}

const NO_FILTER: FilterKind = { hasTags: false, hasSizes: false }

function checkFilter({
  Prefix,
  Tag: tag,
  ObjectSizeGreaterThan,
  ObjectSizeLessThan,
  And,
}: LifecycleRuleFilter): FilterKind {
  const alone = [Prefix, tag, ObjectSizeGreaterThan, ObjectSizeLessThan, And].filter(
    (item) => item !== undefined,
  )
  if (alone.length > 1) throw malformed()
  checkFilterPrefix(And?.Prefix ?? Prefix ?? '')
  checkFilterTags(And?.Tags ?? (tag ? [tag] : []))
  if (!And) {
    checkSizes(ObjectSizeGreaterThan, ObjectSizeLessThan)
    return {
      hasTags: tag !== undefined,
      hasSizes: (ObjectSizeGreaterThan ?? ObjectSizeLessThan) !== undefined,
    }
  }
  const { Tags = [] } = And
  const parts = [And.Prefix, And.ObjectSizeGreaterThan, And.ObjectSizeLessThan].filter(
    (item) => item !== undefined,
  )
  if (parts.length + Tags.length < 2) throw malformed()
  checkSizes(And.ObjectSizeGreaterThan, And.ObjectSizeLessThan)
  return {
    hasTags: Tags.length > 0,
    hasSizes: (And.ObjectSizeGreaterThan ?? And.ObjectSizeLessThan) !== undefined,
  }
}

function checkSizes(greater: number | undefined, less: number | undefined): void {
  if (greater !== undefined && greater < 0)
    throw invalidRequest("'ObjectSizeGreaterThan' must be a non-negative integer")
  if (less !== undefined && less < 1) throw invalidRequest("'ObjectSizeLessThan' must be a positive integer")
  if (greater !== undefined && less !== undefined && greater >= less) {
    throw invalidRequest("'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.")
  }
}

function checkActions(rule: LifecycleRule): void {
  const actions = [
    rule.Expiration,
    rule.NoncurrentVersionExpiration,
    rule.AbortIncompleteMultipartUpload,
    rule.Transitions?.[0],
    rule.NoncurrentVersionTransitions?.[0],
  ]
  if (actions.every((action) => action === undefined)) {
    throw invalidRequest('At least one action needs to be specified in a rule')
  }
}

function checkExpiration(
  { Date: date, Days, ExpiredObjectDeleteMarker }: LifecycleExpiration,
  filter: FilterKind,
): void {
  if (countGiven(date, Days, ExpiredObjectDeleteMarker) !== 1) throw malformed()
  if (Days !== undefined && Days < 1) throw invalid("'Days' for Expiration action must be a positive integer")
  if (date) checkMidnight(date)
  if (ExpiredObjectDeleteMarker !== undefined && filter.hasTags) {
    throw invalidRequest('ExpiredObjectDeleteMarker cannot be specified with Tags.')
  }
}

function checkMidnight(date: Date): void {
  if (date.getTime() % DAY_MILLISECONDS !== 0) throw invalid("'Date' must be at midnight GMT")
}

function checkTransitions(
  { Transitions = [], Expiration }: LifecycleRule,
  moreStorageClasses: readonly string[],
): void {
  checkClassesDiffer(Transitions, 'Transition')
  for (const transition of Transitions) {
    checkTransition(transition, moreStorageClasses)
    const isMixed = Expiration !== undefined && isByDate(Expiration) !== isByDate(transition)
    if (isMixed && Expiration.ExpiredObjectDeleteMarker === undefined) {
      throw invalidRequest(
        "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule",
      )
    }
    checkExpiresLater(Expiration, transition)
  }
  if (new Set(Transitions.map(isByDate)).size > 1) {
    throw invalidRequest("Found mixed 'Date' and 'Days' based Transition actions in lifecycle rule")
  }
}

function checkClassesDiffer(
  transitions: readonly { readonly StorageClass?: string | undefined }[],
  action: 'Transition' | 'NoncurrentVersionTransition',
): void {
  if (new Set(transitions.map(({ StorageClass }) => StorageClass)).size === transitions.length) return
  throw invalidRequest(`'StorageClass' must be different for '${action}' actions in same 'Rule'`)
}

function checkExpiresLater(
  expiration: LifecycleExpiration | undefined,
  { Days, Date: date }: Transition,
): void {
  if (Days !== undefined && expiration?.Days !== undefined && expiration.Days <= Days) {
    throw invalid("'Days' in the Expiration action must be greater than 'Days' in the Transition action")
  }
  if (date && expiration?.Date && expiration.Date <= date) {
    throw invalid("'Date' in the Expiration action must be later than 'Date' in the Transition action")
  }
}

function isByDate({ Date: date }: { readonly Date?: Date | undefined }): boolean {
  return date !== undefined
}

function checkTransition(
  { Date: date, Days, StorageClass }: Transition,
  moreStorageClasses: readonly string[],
): void {
  if ((date === undefined) === (Days === undefined)) throw malformed()
  checkClass(StorageClass, moreStorageClasses)
  if (date) checkMidnight(date)
  if (Days !== undefined) checkTransitionDays('Days', Days, 'Transition')
}

function checkClass(storageClass: string | undefined, moreStorageClasses: readonly string[]): void {
  if (storageClass === undefined) throw malformed()
  if (!TRANSITION_CLASSES.has(storageClass) && !moreStorageClasses.includes(storageClass)) throw malformed()
}

/**
 * Source: S3 API Reference, Transition, Days: "0 or any positive integer". Its older text wanted 30 days for the classes of
 * infrequent access.
 */
function checkTransitionDays(name: string, days: number, action: string): void {
  if (days < 0) throw invalid(`'${name}' in ${action} action must be nonnegative`)
}

function checkNoncurrent(
  { NoncurrentVersionExpiration: expiration, NoncurrentVersionTransitions = [] }: LifecycleRule,
  moreStorageClasses: readonly string[],
): void {
  if (expiration) {
    if (expiration.NoncurrentDays === undefined) throw malformed()
    if (expiration.NoncurrentDays < 1) {
      throw invalid("'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer")
    }
    checkNewer(expiration.NewerNoncurrentVersions, 'NoncurrentVersionExpiration')
  }
  checkClassesDiffer(NoncurrentVersionTransitions, 'NoncurrentVersionTransition')
  for (const { NoncurrentDays, NewerNoncurrentVersions, StorageClass } of NoncurrentVersionTransitions) {
    if (NoncurrentDays === undefined) throw malformed()
    checkClass(StorageClass, moreStorageClasses)
    checkTransitionDays('NoncurrentDays', NoncurrentDays, 'NoncurrentVersionTransition')
    checkNewer(NewerNoncurrentVersions, 'NoncurrentVersionTransition')
    if (expiration?.NoncurrentDays !== undefined && expiration.NoncurrentDays <= NoncurrentDays) {
      throw invalid(
        "'NoncurrentDays' in the NoncurrentVersionExpiration action must be greater than 'NoncurrentDays' in the NoncurrentVersionTransition action",
      )
    }
  }
}

function checkNewer(newer: number | undefined, action: string): void {
  if (newer === undefined || (newer >= 1 && newer <= MOST_NEWER_VERSIONS)) return
  throw invalid(`'NewerNoncurrentVersions' for ${action} action must be between 1 and ${MOST_NEWER_VERSIONS}`)
}

/**
 * Source: S3 User Guide, "Lifecycle configuration elements": without a filter a number of noncurrent versions is InvalidRequest. The
 * words were observed on S3.
 */
function refuseNewer({
  NoncurrentVersionExpiration: expiration,
  NoncurrentVersionTransitions = [],
}: LifecycleRule): void {
  const actions = [...(expiration ? [expiration] : []), ...NoncurrentVersionTransitions]
  if (actions.some(({ NewerNoncurrentVersions }) => NewerNoncurrentVersions !== undefined))
    throw invalidRequest('NewerNoncurrentVersions element can only be used in Lifecycle V2.')
}

function checkAbort({ AbortIncompleteMultipartUpload: abort }: LifecycleRule, filter: FilterKind): void {
  if (!abort) return
  if (abort.DaysAfterInitiation === undefined) throw malformed()
  if (abort.DaysAfterInitiation < 1) {
    throw invalid(
      "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer",
    )
  }
  if (filter.hasTags) throw invalidRequest('AbortIncompleteMultipartUpload cannot be specified with Tags.')
  if (filter.hasSizes)
    throw invalidRequest('AbortIncompleteMultipartUpload cannot be specified with Object Size.')
}

function malformed(): S3Error {
  return new S3Error('MalformedXML')
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidArgument', {}, { message })
}

function invalidRequest(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}
