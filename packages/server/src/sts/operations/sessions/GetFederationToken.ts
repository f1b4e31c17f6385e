import { ownArnOf } from '../../../access/principal.ts'
import { authorizeCall } from '../../../identities/authorize-call.ts'
import { newCredentials } from '../../shared/new-credentials.ts'
import { defineOperation } from '../../shared/operation.ts'
import { secondsOfHolder, sessionHolder } from './session-holder.ts'
import { sessionPolicies } from './session-policies.ts'
import { sessionTags } from './session-tags.ts'
import { keysOfTags } from './tag-keys.ts'

/**
 * Temporary credentials of somebody whom the caller vouches for, with what of the caller's permissions the session policy names;
 * without one nothing but what resources give to the session by its ARN.
 */
export const GetFederationToken = defineOperation('GetFederationToken', {
  isForEverybody: true,
  sessions: 'none',
  async handle(input, { service, caller }) {
    const { Name, DurationSeconds } = input
    const { account } = caller
    const arn = ownArnOf({ kind: 'federated-user', account, name: Name })
    const { tags } = sessionTags(input)
    const keys = keysOfTags(tags)
    const actions = ['sts:GetFederationToken', ...(tags.length > 0 ? ['sts:TagSession'] : [])]
    for (const action of actions) authorizeCall(service, caller, { action, resource: arn, keys })
    const holder = sessionHolder(caller)
    const of = { ...holder, name: Name, ...(await sessionPolicies(service, account.id, input)), tags }
    const seconds = secondsOfHolder(holder, DurationSeconds)
    const issued = await newCredentials(service, account.id, seconds, of, input)
    return {
      ...issued,
      FederatedUser: { FederatedUserId: `${account.id}:${Name}`, Arn: arn },
      PackedPolicySize: issued.SessionTokenUtilization,
    }
  },
})
