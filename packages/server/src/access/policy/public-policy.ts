import { parseIpRange } from './ip-range.ts'
import type { Condition, Policy, PolicyKind, Statement } from './policy.ts'

/** Operators that say what a key is, and not what it is not. */
const NAMING = /^(?:ForAnyValue:)?(?:StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike)$/
const IP_NAMING = /^(?:ForAnyValue:)?IpAddress$/

/** A statement that names a fixed value of one of these is for somebody, and not for everybody. */
const TRUSTED_KEYS: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalservicename',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
])

/**
 * Whether a policy of a bucket or an access point is public: whether one of its statements allows something to everybody, or to all whom an
 * identity provider lets in, without a condition that names fixed values of who or from where.
 * Source: S3 User Guide, "Blocking public access", the meaning of public.
 */
export function isPublicPolicy({ kind, statements }: Pick<Policy, 'kind' | 'statements'>): boolean {
  return statements.some((statement) => isPublicStatement(statement, kind))
}

function isPublicStatement({ effect, principal, conditions }: Statement, kind: PolicyKind): boolean {
  if (effect === 'Deny' || !principal) return false
  const isForAnybody = principal.names.everyone || principal.names.federated.size > 0
  return isForAnybody && !conditions.some((condition) => isTrusted(condition, kind))
}

function isTrusted({ operator, key, values }: Condition, kind: PolicyKind): boolean {
  const lowerKey = key.toLowerCase()
  if (lowerKey === 'aws:sourceip') return IP_NAMING.test(operator) && values.every(isNarrow)
  return (
    TRUSTED_KEYS.has(lowerKey) &&
    NAMING.test(operator) &&
    values.every((value) => isFixed(value, lowerKey, kind))
  )
}

/**
 * Access points of a fixed account, and the sessions of a fixed role, may have a wildcard for their name. In an access point's own
 * policy such access points make it public. Source: the same page, "Access points".
 */
function isFixed(value: string, lowerKey: string, kind: PolicyKind): boolean {
  if (value.includes('${')) return false
  if (lowerKey === 's3:dataaccesspointarn' && kind === 'bucket')
    return /^arn:aws:s3:[^:]*:\d{12}:accesspoint\//.test(value)
  if (lowerKey === 'aws:userid' && /^[A-Z\d]+:\*$/.test(value)) return true
  return !/[*?]/.test(value)
}

/** Ranges wider than /8, or /32 in IPv6, are as good as all addresses. */
function isNarrow(value: string): boolean {
  const range = parseIpRange(value)
  return range !== undefined && range.prefixBits >= (range.isIpv4 ? 8 : 32)
}
