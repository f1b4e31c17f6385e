import type { BucketRow, ObjectRow, TagsRow } from '../../../metadata/tables/rows.ts'
import type {
  LifecycleRule as RuleElement,
  TransitionDefaultMinimumObjectSize,
} from '../../../model/types.gen.ts'
import { readParsed } from './bucket-documents.ts'
import type { S3Service } from '../service/service.ts'

/** A lifecycle configuration as it is kept: the elements of the request, with dates as ISO 8601. */
export interface LifecycleDocument {
  readonly rules: readonly RuleElement[]
  readonly minimumTransitionSize: TransitionDefaultMinimumObjectSize
}

/** Which objects a rule is about. All that is there has to hold. */
export interface LifecycleFilter {
  readonly prefix: string
  readonly tags: TagsRow
  readonly greaterThanBytes: number | undefined
  readonly lessThanBytes: number | undefined
}

/** When an action is due: so long after something, or at a date. */
export type Due = { readonly days: number } | { readonly dateMilliseconds: number }

/** A rule ready to be applied. Disabled rules are not among them. */
export interface LifecycleRule {
  readonly id: string
  readonly filter: LifecycleFilter
  readonly expiration: Due | undefined
  readonly expiresDeleteMarkers: boolean
  readonly transitions: readonly Transition[]
  readonly noncurrentExpiration: Noncurrent | undefined
  readonly noncurrentTransitions: readonly (Noncurrent & Omit<Transition, 'due'>)[]
  readonly abortDays: number | undefined
}

export interface Transition {
  readonly due: Due
  readonly storageClass: string
  /** Smaller objects stay where they are. */
  readonly leastBytes: number
}

export interface Noncurrent {
  readonly days: number
  /** How many newer noncurrent versions are kept whatever their age. */
  readonly newerVersions: number
}

/** The enabled rules of a bucket. */
export async function readLifecycleRules(
  service: S3Service,
  bucket: BucketRow,
): Promise<readonly LifecycleRule[]> {
  return (await readParsed(service, bucket, 'lifecycle', parseRules)) ?? []
}

/** The document as it was put. */
export function parseLifecycle(text: string): LifecycleDocument {
  const { rules, minimumTransitionSize } = JSON.parse(text) as LifecycleDocument
  return { rules: rules.map(withDates), minimumTransitionSize }
}

function parseRules(text: string): readonly LifecycleRule[] {
  const { rules, minimumTransitionSize } = parseLifecycle(text)
  const enabled = rules.filter(({ Status }) => Status === 'Enabled')
  return enabled.map((rule) => ruleOf(rule, minimumTransitionSize))
}

/** JSON has no dates: they come back as text. */
function withDates(rule: RuleElement): RuleElement {
  const { Expiration, Transitions } = rule
  return {
    ...rule,
    ...(Expiration?.Date && { Expiration: { ...Expiration, Date: new Date(Expiration.Date) } }),
    ...(Transitions && {
      Transitions: Transitions.map((item) => (item.Date ? { ...item, Date: new Date(item.Date) } : item)),
    }),
  }
}

function ruleOf(rule: RuleElement, minimumSize: TransitionDefaultMinimumObjectSize): LifecycleRule {
  const {
    Expiration,
    Transitions = [],
    NoncurrentVersionExpiration,
    NoncurrentVersionTransitions = [],
  } = rule
  return {
    id: rule.ID ?? '',
    filter: filterOf(rule),
    expiration: Expiration && dueOf(Expiration),
    expiresDeleteMarkers: Expiration?.ExpiredObjectDeleteMarker === true,
    transitions: Transitions.flatMap((item) => {
      const due = dueOf(item)
      const storageClass = item.StorageClass ?? ''
      const leastBytes = leastTransitionBytes(rule, minimumSize, storageClass)
      return due ? [{ due, storageClass, leastBytes }] : []
    }),
    noncurrentExpiration: NoncurrentVersionExpiration && noncurrentOf(NoncurrentVersionExpiration),
    noncurrentTransitions: NoncurrentVersionTransitions.map((item) => ({
      ...noncurrentOf(item),
      storageClass: item.StorageClass ?? '',
      leastBytes: leastTransitionBytes(rule, minimumSize, item.StorageClass ?? ''),
    })),
    abortDays: rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation,
  }
}

const DEFAULT_LEAST_BYTES = 128 * 1024

/**
 * Objects under 128 KiB are not brought into another class, unless the rule's filter speaks of sizes; with
 * `varies_by_storage_class` the archive classes take any. Source: S3 User Guide, "Transitioning objects".
 */
function leastTransitionBytes(
  { Filter }: RuleElement,
  minimumSize: TransitionDefaultMinimumObjectSize,
  storageClass: string,
): number {
  const sizes = Filter?.And ?? Filter
  if ((sizes?.ObjectSizeGreaterThan ?? sizes?.ObjectSizeLessThan) !== undefined) return 0
  const isArchive = storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE'
  return isArchive && minimumSize === 'varies_by_storage_class' ? 0 : DEFAULT_LEAST_BYTES
}

/**
 * From the class that costs most to keep to the one that costs least; one's own classes stand before the archives. The
 * archive tiers of INTELLIGENT_TIERING stand among the classes that objects go to from them.
 */
const CLASS_ORDER = [
  'STANDARD',
  'STANDARD_IA',
  'INTELLIGENT_TIERING',
  'ONEZONE_IA',
  '',
  'GLACIER_IR',
  'ARCHIVE_ACCESS',
  'GLACIER',
  'DEEP_ARCHIVE_ACCESS',
  'DEEP_ARCHIVE',
]

const TIERED = 'INTELLIGENT_TIERING'
/** What it does not outdo. */
const OVER_TIERED: ReadonlySet<string> = new Set([TIERED, 'GLACIER', 'DEEP_ARCHIVE'])

function rankOf(storageClass: string): number {
  const rank = CLASS_ORDER.indexOf(storageClass)
  return rank < 0 ? CLASS_ORDER.indexOf('') : rank
}

/**
 * Down the order alone, and from ONEZONE_IA not to GLACIER_IR. Source: S3 User Guide, "Supported lifecycle transitions" and
 * "Unsupported lifecycle transitions".
 */
function canBecome(own: string, storageClass: string): boolean {
  if (own === 'ONEZONE_IA' && storageClass === 'GLACIER_IR') return false
  return rankOf(storageClass) > rankOf(own)
}

interface Candidate {
  readonly storageClass: string
  readonly leastBytes: number
  readonly atMilliseconds: number
}

/**
 * The class that an object should be in by now, where it is another than its own: of several the one that costs least. But
 * INTELLIGENT_TIERING outdoes all that are no archives, unless they are due on a later day than it. Source: S3 User Guide, "How
 * Amazon S3 handles conflicts in lifecycle configurations".
 */
export function dueTransition(
  candidates: readonly Candidate[],
  {
    storageClass = 'STANDARD',
    accessTier,
    sizeBytes,
  }: Pick<ObjectRow, 'storageClass' | 'accessTier' | 'sizeBytes'>,
  nowMilliseconds: number,
): string | undefined {
  const own = accessTier && CLASS_ORDER.includes(accessTier) ? accessTier : storageClass
  const due = candidates.filter(
    ({ atMilliseconds, leastBytes }) => atMilliseconds <= nowMilliseconds && sizeBytes >= leastBytes,
  )
  const isTierable = own === TIERED || canBecome(own, TIERED)
  const tiered = isTierable ? due.filter((each) => each.storageClass === TIERED) : []
  let best: string | undefined
  for (const { storageClass: next, atMilliseconds } of due) {
    if (!canBecome(own, next) || (best !== undefined && rankOf(next) <= rankOf(best))) continue
    const isOutdone = !OVER_TIERED.has(next) && tiered.some((each) => atMilliseconds <= each.atMilliseconds)
    if (!isOutdone) best = next
  }
  return best
}

function dueOf({
  Days,
  Date: date,
}: {
  readonly Days?: number | undefined
  readonly Date?: Date | undefined
}): Due | undefined {
  if (Days !== undefined) return { days: Days }
  return date && { dateMilliseconds: date.getTime() }
}

interface NoncurrentElement {
  readonly NoncurrentDays?: number | undefined
  readonly NewerNoncurrentVersions?: number | undefined
}

function noncurrentOf({ NoncurrentDays, NewerNoncurrentVersions }: NoncurrentElement): Noncurrent {
  return { days: NoncurrentDays ?? 0, newerVersions: NewerNoncurrentVersions ?? 0 }
}

function filterOf({ Filter, Prefix }: RuleElement): LifecycleFilter {
  const all = Filter?.And ?? Filter
  const tags = Filter?.And?.Tags ?? (Filter?.Tag ? [Filter.Tag] : [])
  return {
    prefix: all?.Prefix ?? Prefix ?? '',
    tags: tags.map(({ Key, Value }) => [Key, Value] as const),
    greaterThanBytes: all?.ObjectSizeGreaterThan,
    lessThanBytes: all?.ObjectSizeLessThan,
  }
}

/** What a filter is held against. */
export interface Filtered {
  readonly key: string
  readonly sizeBytes: number
  readonly tags?: TagsRow | undefined
}

export function matchesFilter(filter: LifecycleFilter, { key, sizeBytes, tags = [] }: Filtered): boolean {
  const { prefix, greaterThanBytes = -1, lessThanBytes = Infinity } = filter
  if (!key.startsWith(prefix) || sizeBytes <= greaterThanBytes || sizeBytes >= lessThanBytes) return false
  return filter.tags.every(([name, value]) => tags.some(([other, its]) => other === name && its === value))
}

/** The last midnight that every client can read. */
const LAST_DUE_MILLISECONDS = Date.UTC(9999, 11, 31)

/**
 * When an action is due: the days are added and the result rounded up to the next midnight UTC. Source: S3 User Guide,
 * "Lifecycle configuration elements", "Lifecycle rules: based on an object's age".
 */
export function dueMilliseconds(due: Due, sinceMilliseconds: number, dayMilliseconds: number): number {
  if ('dateMilliseconds' in due) return due.dateMilliseconds
  const end = sinceMilliseconds + due.days * dayMilliseconds
  return Math.min(Math.ceil(end / dayMilliseconds) * dayMilliseconds, LAST_DUE_MILLISECONDS)
}

/** Something that a rule will do, and when. */
export interface Planned {
  readonly ruleId: string
  readonly atMilliseconds: number
}

/** When an object expires: by the rule that comes first. */
export function plannedExpiration(
  rules: readonly LifecycleRule[],
  object: Filtered & { readonly modifiedMilliseconds: number },
  dayMilliseconds: number,
): Planned | undefined {
  let first: Planned | undefined
  for (const { id, expiration, filter } of rules) {
    if (!expiration || !matchesFilter(filter, object)) continue
    const atMilliseconds = dueMilliseconds(expiration, object.modifiedMilliseconds, dayMilliseconds)
    if (!first || atMilliseconds < first.atMilliseconds) first = { ruleId: id, atMilliseconds }
  }
  return first
}

/** When an open multipart upload is aborted: by the rule that comes first. */
export function plannedAbort(
  rules: readonly LifecycleRule[],
  upload: { readonly key: string; readonly initiatedMilliseconds: number },
  dayMilliseconds: number,
): Planned | undefined {
  let first: Planned | undefined
  for (const { id, abortDays, filter } of rules) {
    if (abortDays === undefined || !upload.key.startsWith(filter.prefix)) continue
    const atMilliseconds = dueMilliseconds({ days: abortDays }, upload.initiatedMilliseconds, dayMilliseconds)
    if (!first || atMilliseconds < first.atMilliseconds) first = { ruleId: id, atMilliseconds }
  }
  return first
}
