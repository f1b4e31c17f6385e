import { describeReason, type Reason } from './reason.ts'

/** A decision about a request that somebody may send, and how it comes about. */
export interface Explanation {
  /** `anonymous`, or the ARN of the account or user. */
  readonly principal: string
  readonly action: string
  readonly resource: string
  /** Whether there is such an object; absent where the action is about none. */
  readonly object?: 'exists' | 'does not exist' | undefined
  readonly allowed: boolean
  /** What was looked at, in order; the last one decided. */
  readonly reasons: readonly Reason[]
}

/** For people: what was asked, what was looked at, what decided. */
export function describeExplanation(explanation: Explanation): string {
  const { principal, action, resource, object, allowed, reasons } = explanation
  const looked = reasons
    .slice(0, -1)
    .map((reason) => `  ${reason.matched ? '*' : '-'} ${describeReason(reason)}`)
  const decided = reasons.at(-1)
  return [
    `${allowed ? 'ALLOWED' : 'DENIED'}: ${action} on ${resource} by ${principal}`,
    ...(object === 'does not exist' ? ['There is no such object.'] : []),
    ...(looked.length > 0 ? ['Looked at (* matched, - did not):', ...looked] : []),
    `Decided by ${decided ? describeReason(decided) : 'nothing'}`,
  ].join('\n')
}
