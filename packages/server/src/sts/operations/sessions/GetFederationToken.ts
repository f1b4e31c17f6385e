import { ownArnOf } from '../../../access/principal.ts'
import { authorizeCall } from '../../../identities/authorize-call.ts'
import { checkPolicyDocument } from '../../../identities/check-policy-document.ts'
import { newCredentials } from '../../shared/new-credentials.ts'
import { defineOperation } from '../../shared/operation.ts'
import { packedSizePercent } from './packed-size.ts'
import { secondsOfHolder, sessionHolder } from './session-holder.ts'
import { sessionTags } from './session-tags.ts'
import { keysOfTags } from './tag-keys.ts'

/**
 * Temporary credentials of somebody whom the caller vouches for, with what of the caller's permissions the session policy names;
 * without one nothing but what resources give to the session by its ARN.
 */
export const GetFederationToken = defineOperation('GetFederationToken', {
  isForEverybody: true,
  sessions: 'none',
  unsupported: ['PolicyArns', 'MinimumSessionTokenSize'],
  async handle(input, { service, caller }) {
    const { Name, Policy, DurationSeconds } = input
    const { account } = caller
    const arn = ownArnOf({ kind: 'federated-user', account, name: Name })
    const { tags } = sessionTags(input)
    const keys = keysOfTags(tags)
    const actions = ['sts:GetFederationToken', ...(tags.length > 0 ? ['sts:TagSession'] : [])]
    for (const action of actions) authorizeCall(service, caller, { action, resource: arn, keys })
    if (Policy !== undefined) checkPolicyDocument(Policy)
    const holder = sessionHolder(caller)
    const of = { ...holder, name: Name, policy: Policy, tags }
    const PackedPolicySize = packedSizePercent(of)
    return {
      Credentials: await newCredentials(service, account.id, secondsOfHolder(holder, DurationSeconds), of),
      FederatedUser: { FederatedUserId: `${account.id}:${Name}`, Arn: arn },
      ...(PackedPolicySize !== undefined && { PackedPolicySize }),
    }
  },
})
