import type { Caller } from './caller.ts'
import { isExplicitDenial, type Reason } from './reason.ts'

type OwnSource = 'identity-policy' | 'permissions-boundary' | 'session-policy'

const NAMES: Readonly<Record<OwnSource, readonly [article: string, name: string]>> = {
  'identity-policy': ['an', 'identity-based policy'],
  'permissions-boundary': ['a', 'permissions boundary'],
  'session-policy': ['a', 'session policy'],
}

/**
 * What of the caller's own side denies a request, or does not allow it, in AWS's words. Source: IAM User Guide, "Troubleshoot
 * access denied error messages".
 */
export function whyDenied(
  { principal, policies }: Caller,
  action: string,
  reasons: readonly Reason[],
): string {
  const denial = reasons.find(isExplicitDenial)
  if (denial && isOwn(denial.source)) return `with an explicit deny in ${NAMES[denial.source].join(' ')}`
  const allows = (source: OwnSource): boolean =>
    reasons.some((reason) => reason.source === source && reason.effect === 'Allow' && reason.matched)
  const isOfRoot = principal.kind === 'federated-user' && principal.user === undefined
  const looked: OwnSource[] = [
    ...(isOfRoot ? [] : (['identity-policy'] as const)),
    ...(policies.boundary ? (['permissions-boundary'] as const) : []),
    'session-policy',
  ]
  const lacking = looked.find((source) => !allows(source)) ?? 'identity-policy'
  return `because no ${NAMES[lacking][1]} allows the ${action} action`
}

function isOwn(source: Reason['source']): source is OwnSource {
  return source in NAMES
}
