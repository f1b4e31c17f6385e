import type { AccessRule } from './access-rule.ts'
import { accountOf, type Principal } from './principal.ts'

/** All that a decision rests on. Gathered before, so that deciding is pure. */
export interface Evidence {
  readonly principal: Principal
  readonly rule: AccessRule
  /** The account that owns the bucket; `undefined` where the rule is about the caller's own account. */
  readonly bucketOwnerAccountId: string | undefined
}

export interface Decision {
  readonly allowed: boolean
  /** What was looked at and what it led to, in order; the last one decided. */
  readonly reasons: readonly string[]
}

/**
 * Whether a request may go on. Deny by default: a bucket and all in it belong to the account that made it, and nobody
 * else gets in.
 */
export function decide(evidence: Evidence): Decision {
  const account = accountOf(evidence.principal)
  if (!account) return { allowed: false, reasons: ['the request is anonymous'] }
  if (evidence.bucketOwnerAccountId === undefined) {
    const allowed = evidence.rule.on === 'account'
    return { allowed, reasons: [allowed ? 'an account may use its own' : 'the bucket has no owner'] }
  }
  const allowed = account.id === evidence.bucketOwnerAccountId
  return {
    allowed,
    reasons: [allowed ? 'the account owns the bucket' : 'the account does not own the bucket'],
  }
}
