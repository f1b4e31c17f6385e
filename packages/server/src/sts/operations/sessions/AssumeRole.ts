import type { SigningCaller } from '../../../identities/signing-caller.ts'
import type { StsInputs } from '../../../model/sts-types.gen.ts'
import { QueryError } from '../../../model/query-error.ts'
import { newCredentials } from '../../shared/new-credentials.ts'
import { defineOperation } from '../../shared/operation.ts'
import { withMfa } from './verified-mfa.ts'
import { assertArn } from './role-arn.ts'
import { assumedRoleUser, sessionSeconds } from './role-session.ts'
import { type AssumableRole, trustingRole } from './trusting-role.ts'
import { sessionPolicies } from './session-policies.ts'
import { sessionTags } from './session-tags.ts'

/** Source: AWS STS API Reference, AssumeRole, DurationSeconds: "role chaining limits your session to a maximum of one hour". */
const MOST_CHAINED_SECONDS = 3600

/** Temporary credentials of a role, for whom it trusts. Nothing of them is kept: all of the session stands in its token. */
export const AssumeRole = defineOperation('AssumeRole', {
  isForEverybody: true,
  sessions: 'not federated',
  unsupported: ['ProvidedContexts'],
  async handle(input, { service, caller }) {
    assertArn(input.RoleArn)
    const tags = sessionTags(input, caller.traits.session?.inheritedTags)
    const SourceIdentity = input.SourceIdentity ?? caller.traits.session?.sourceIdentity
    const asking = await withMfa(service, caller, input)
    const role = await trustingRole(service, asking, { ...input, SourceIdentity, ...tags })
    const { RoleSessionName } = input
    const of = {
      roleId: role.id,
      name: RoleSessionName,
      ...(await sessionPolicies(service, role.account.id, input)),
      ...tags,
      sourceIdentity: SourceIdentity,
    }
    const issued = await newCredentials(service, role.account.id, secondsOf(input, caller, role), of, input)
    return {
      ...issued,
      AssumedRoleUser: assumedRoleUser(role, RoleSessionName),
      PackedPolicySize: issued.SessionTokenUtilization,
      ...(SourceIdentity !== undefined && { SourceIdentity }),
    }
  },
})

function secondsOf(
  input: StsInputs['AssumeRole'],
  { principal }: SigningCaller,
  role: AssumableRole,
): number {
  const seconds = sessionSeconds(input, role)
  if (principal.kind === 'assumed-role' && seconds > MOST_CHAINED_SECONDS) {
    const message =
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.'
    throw new QueryError('ValidationError', message)
  }
  return seconds
}
