import { ownArnOf } from '../../../access/principal.ts'
import type { SigningCaller } from '../../../identities/signing-caller.ts'
import type { StsInputs } from '../../../model/sts-types.gen.ts'
import { QueryError } from '../../../model/query-error.ts'
import { newCredentials } from '../../shared/new-credentials.ts'
import { defineOperation } from '../../shared/operation.ts'
import { withMfa } from './verified-mfa.ts'
import { packedSizePercent } from './packed-size.ts'
import { type AssumableRole, trustingRole } from './trusting-role.ts'
import { sessionPolicies } from './session-policies.ts'
import { sessionTags } from './session-tags.ts'

const DEFAULT_SECONDS = 3600

/** Source: AWS STS API Reference, AssumeRole, DurationSeconds: "role chaining limits your session to a maximum of one hour". */
const MOST_CHAINED_SECONDS = 3600

/** Temporary credentials of a role, for whom it trusts. Nothing of them is kept: all of the session stands in its token. */
export const AssumeRole = defineOperation('AssumeRole', {
  isForEverybody: true,
  sessions: 'all',
  unsupported: ['ProvidedContexts', 'MinimumSessionTokenSize'],
  async handle(input, { service, caller }) {
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
    const PackedPolicySize = packedSizePercent(of)
    const seconds = secondsOf(input, caller, role)
    const Arn = arnOfSession(role, RoleSessionName)
    return {
      Credentials: await newCredentials(service, role.account.id, seconds, of),
      AssumedRoleUser: { AssumedRoleId: `${role.id}:${RoleSessionName}`, Arn },
      ...(PackedPolicySize !== undefined && { PackedPolicySize }),
      ...(SourceIdentity !== undefined && { SourceIdentity }),
    }
  },
})

function secondsOf(
  { DurationSeconds = DEFAULT_SECONDS }: StsInputs['AssumeRole'],
  { principal }: SigningCaller,
  { row }: AssumableRole,
): number {
  if (DurationSeconds > row.maximumSessionSeconds) {
    const message = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'
    throw new QueryError('ValidationError', message)
  }
  if (principal.kind === 'assumed-role' && DurationSeconds > MOST_CHAINED_SECONDS) {
    const message =
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.'
    throw new QueryError('ValidationError', message)
  }
  return DurationSeconds
}

function arnOfSession({ id: roleId, row, account }: AssumableRole, sessionName: string): string {
  return ownArnOf({ kind: 'assumed-role', account, roleId, roleName: row.name, sessionName })
}
