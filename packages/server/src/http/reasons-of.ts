import type { Decision } from '../access/decision.ts'
import { describeReason } from '../access/reason.ts'
import type { S3Error } from '../model/s3-error.ts'

/** How a refusal came about: every rule that was looked at, or the fault behind it. */
export function reasonsOf({ cause }: S3Error): readonly string[] {
  if (cause instanceof Error) return [cause.message]
  return isDecision(cause) ? cause.reasons.map(describeReason) : []
}

function isDecision(cause: unknown): cause is Decision {
  return typeof cause === 'object' && cause !== null && 'reasons' in cause
}
