import type { TraitChanges } from '../../../metadata/tables/replicated-row.ts'
import type { PeriodRow, RetentionRow } from '../../../metadata/tables/object-lock-rows.ts'
import type { ObjectRow, VersionOrder } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { isPeriodRow } from '../object/asked-retention.ts'
import { isOrder } from '../object/version-order.ts'
import { checkTags, MOST_OBJECT_TAGS } from '../object/tags.ts'
import type { Replicable } from './replication-rules.ts'

/**
 * The header by which one Holdfast tells another which version it brings. Who sends it needs s3:ReplicateObject and its kin
 * in the place of s3:PutObject; what it brings is marked as a replica.
 */
export const REPLICA_HEADER = 'x-amz-holdfast-replica'

/** What the header says: all of a version that headers of S3 have no words for. */
export interface ReplicaStatement extends Pick<
  ObjectRow,
  'tags' | 'acl' | 'retention' | 'legalHold' | 'traitChanges'
> {
  readonly what: Replicable
  readonly order: VersionOrder
  /** Absent: its order. */
  readonly versionId?: string | undefined
  readonly modifiedMilliseconds: number
  /** Absent of a delete marker. */
  readonly etag?: string | undefined
  /** The rule gives replicas to the owner of their bucket. */
  readonly givesToBucketOwner?: boolean | undefined
  /**
   * What does not fit into the header: of a version, tags and ACL come behind it, as a change; of a change, all of the statement is
   * the body.
   */
  readonly isTooLong?: boolean | undefined
}

/** All headers of a request have 8 KB together, of which metadata take 2. Source: S3 User Guide, "Working with object metadata". */
const MOST_CHARACTERS = 4 * 1024

/** Of one that is a body: ten tags and a hundred grants, whatever their letters. */
export const MOST_STATEMENT_BYTES = 64 * 1024

export function writeReplicaStatement(statement: ReplicaStatement): string {
  return Buffer.from(JSON.stringify(statement)).toString('base64url')
}

/** Whether it is short enough to stand in a header beside others. */
export function fitsIntoHeader(header: string): boolean {
  return header.length <= MOST_CHARACTERS
}

/** What is said in the header where not all of it fits. */
export function shortened(statement: ReplicaStatement): ReplicaStatement {
  return { ...statement, tags: undefined, acl: undefined, traitChanges: undefined, isTooLong: true }
}

/** Throws InvalidArgument for what is none. */
export function readReplicaStatement(header: string): ReplicaStatement {
  const text = fitsIntoHeader(header) ? Buffer.from(header, 'base64url').toString('utf8') : ''
  return statementIn(text) ?? refuse(header)
}

/** The whole of a change whose header says that it is in the body. Throws InvalidArgument for what is none, or is of another version. */
export function readStatementBody(body: Uint8Array, { order }: ReplicaStatement): ReplicaStatement {
  const text = Buffer.from(body).toString('utf8')
  const statement = statementIn(text)
  const isWhole = statement?.what === 'change' && statement.order === order && !statement.isTooLong
  return isWhole ? statement : refuse(text)
}

function refuse(said: string): never {
  const fields = { ArgumentName: REPLICA_HEADER, ArgumentValue: said.slice(0, 256) }
  throw new S3Error('InvalidArgument', fields, { message: 'The header names no version' })
}

type Said = Readonly<Record<string, unknown>>

function statementIn(text: string): ReplicaStatement | undefined {
  try {
    const said: unknown = JSON.parse(text)
    return isSaid(said) ? checked(said) : undefined
  } catch (error) {
    if (error instanceof S3Error) throw error
    return undefined
  }
}

function isSaid(value: unknown): value is Said {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** As long as LONGEST_FOREIGN_ID lets them be. */
const VERSION_ID = /^[\x21-\x7e]{1,256}$/
const ETAG = /^[0-9a-f]{32}(?:-\d{1,5})?$/
const GRANT = /^[FRWrw](?:[.*+!]|[\x21-\x7e]{2,128})$/
const MOST_GRANTS = 100
const LATEST_MILLISECONDS = 8.64e15

function checked(said: Said): ReplicaStatement | undefined {
  const { what, order, versionId, modifiedMilliseconds, etag, tags, acl, retention, legalHold } = said
  const { traitChanges, givesToBucketOwner, isTooLong } = said
  if (what !== 'version' && what !== 'change') return undefined
  if (typeof order !== 'string' || !isOrder(order) || !isTime(modifiedMilliseconds)) return undefined
  if (!isAbsentOr(versionId, matches(VERSION_ID)) || versionId === 'null') return undefined
  if (!isAbsentOr(etag, matches(ETAG)) || !isAbsentOr(tags, isTags) || !isAbsentOr(acl, isAcl))
    return undefined
  if (!isAbsentOr(retention, isRetention) || !isAbsentOr(legalHold, isBoolean)) return undefined
  if (!isAbsentOr(traitChanges, isTraitChanges)) return undefined
  if (!isAbsentOr(givesToBucketOwner, isBoolean) || !isAbsentOr(isTooLong, isBoolean)) return undefined
  const known = tags && checkTags(tags, MOST_OBJECT_TAGS)
  const common = { what, order, versionId, modifiedMilliseconds, etag, acl, retention, legalHold } as const
  const kept = known && known.length > 0 ? known : undefined
  return { ...common, tags: kept, traitChanges, givesToBucketOwner, isTooLong }
}

function isAbsentOr<T>(value: unknown, is: (value: unknown) => value is T): value is T | undefined {
  return value === undefined || is(value)
}

function matches(pattern: RegExp): (value: unknown) => value is string {
  return (value): value is string => typeof value === 'string' && pattern.test(value)
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= LATEST_MILLISECONDS
}

function isTags(value: unknown): value is readonly (readonly [string, string])[] {
  const isTag = (tag: unknown): boolean =>
    Array.isArray(tag) && tag.length === 2 && tag.every((text) => typeof text === 'string')
  return Array.isArray(value) && value.every(isTag)
}

function isAcl(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= MOST_GRANTS && value.every(matches(GRANT))
}

function isRetention(value: unknown): value is RetentionRow {
  if (!isSaid(value)) return false
  const { mode, untilMilliseconds, eventHold, ...others } = value
  const isMode = mode === 'GOVERNANCE' || mode === 'COMPLIANCE'
  const isHold = eventHold === 'OFF' || isAbsentOr(eventHold, isPeriod)
  return isMode && isHold && isTime(untilMilliseconds) && Object.keys(others).length === 0
}

function isPeriod(value: unknown): value is PeriodRow {
  return isSaid(value) && isPeriodRow(value)
}

function isTraitChanges(value: unknown): value is TraitChanges {
  if (!isSaid(value)) return false
  const { tags, acl, legalHold, retention, ...others } = value
  const times = [tags, acl, legalHold, retention]
  return times.every((time) => isAbsentOr(time, isTime)) && Object.keys(others).length === 0
}
