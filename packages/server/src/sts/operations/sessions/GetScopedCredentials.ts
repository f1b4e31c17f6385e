import { arnOf, arnsOf, userIdOf } from '../../../access/principal.ts'
import { assert } from '../../../base/assert.ts'
import { checkPolicyDocument } from '../../../identities/check-policy-document.ts'
import type { Session } from '../../../identities/session-token.ts'
import { QueryError } from '../../../model/query-error.ts'
import { credentialsOf } from '../../shared/new-credentials.ts'
import { defineOperation } from '../../shared/operation.ts'

/** Source: AWS STS API Reference, GetScopedCredentials, ScopedPoliciesCount. */
const MOST_SCOPES = 3

/**
 * Further credentials of the session that asks, with fewer permissions, a shorter time or both. It is the same session all the
 * same: whose it is, its tags, when it began and when a code of an MFA device came for it stay as they are.
 */
export const GetScopedCredentials = defineOperation('GetScopedCredentials', {
  sessions: 'nobody else',
  // Its description is for the audit log.
  async handle(input, { service, caller: { principal, account }, session }) {
    const { Policy, DurationSeconds } = input
    assert(session, 'temporary credentials are of a session')
    if (Policy === undefined && DurationSeconds === undefined) {
      throw new QueryError('ValidationError', 'At least one of Policy and DurationSeconds must be given.')
    }
    const scopes = withScope(session, Policy)
    const of = {
      ...session,
      ...(scopes.length > 0 && { scopes }),
      expiresMilliseconds: endOf(session, service.clock.now(), DurationSeconds),
    }
    const sourceIdentity = 'sourceIdentity' in session ? session.sourceIdentity : undefined
    return {
      ...(await credentialsOf(service, account.id, of, input)),
      SessionInfo: {
        ScopedSessionId: userIdOf(principal) ?? account.id,
        Arn: arnsOf(principal)[0] ?? arnOf(account),
      },
      ScopedPoliciesCount: scopes.length,
      ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
    }
  },
})

function withScope({ scopes = [] }: Session, policy: string | undefined): readonly string[] {
  if (policy === undefined) return scopes
  checkPolicyDocument(policy)
  if (scopes.length < MOST_SCOPES) return [...scopes, policy]
  throw new QueryError('AccessDenied', `A session can be scoped down by at most ${MOST_SCOPES} policies.`)
}

/** In milliseconds since 1970. Throws InsufficientSessionLifetime where that is later than the session's own end. */
function endOf({ expiresMilliseconds }: Session, now: Date, seconds: number | undefined): number {
  const end = seconds === undefined ? expiresMilliseconds : now.getTime() + seconds * 1000
  if (end <= expiresMilliseconds) return end
  const message = 'The requested DurationSeconds exceeds the remaining lifetime of the calling session.'
  throw new QueryError('InsufficientSessionLifetime', message)
}
