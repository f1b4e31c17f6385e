import type { Caller } from './caller.ts'
import { isExplicitDenial, type Reason } from './reason.ts'

type OwnSource = 'identity-policy' | 'permissions-boundary' | 'session-policy'

const NAMES: Readonly<Record<OwnSource, readonly [article: string, name: string]>> = {
  'identity-policy': ['an', 'identity-based policy'],
  'permissions-boundary': ['a', 'permissions boundary'],
  'session-policy': ['a', 'session policy'],
}

/**
 * What denies a request, or what of the caller's own side does not allow it, in AWS's words; `undefined` where it is neither.
 * Source: IAM User Guide, "Troubleshoot access denied error messages".
 */
export function whyDenied(
  { principal, policies }: Caller,
  action: string,
  reasons: readonly Reason[],
): string | undefined {
  const denial = reasons.find(isExplicitDenial)
  // No statement says so: it is a scope that none of its statements makes an exception of.
  if (denial?.source === 'session-policy' && !denial.statement) return lackOf('session-policy', action)
  if (denial) {
    const policy = isOwn(denial.source) ? NAMES[denial.source].join(' ') : 'a resource-based policy'
    return `with an explicit deny in ${policy}`
  }
  const allows = (source: OwnSource): boolean =>
    reasons.some((reason) => reason.source === source && reason.effect === 'Allow' && reason.matched)
  const isOfRoot = principal.kind === 'federated-user' && principal.user === undefined
  const looked: OwnSource[] = [
    ...(isOfRoot ? [] : (['identity-policy'] as const)),
    ...(policies.boundary ? (['permissions-boundary'] as const) : []),
    ...(policies.session || principal.kind === 'federated-user' ? (['session-policy'] as const) : []),
  ]
  const lacking = looked.find((source) => !allows(source))
  return lacking && lackOf(lacking, action)
}

function lackOf(source: OwnSource, action: string): string {
  return `because no ${NAMES[source][1]} allows the ${action} action`
}

function isOwn(source: Reason['source']): source is OwnSource {
  return source in NAMES
}
