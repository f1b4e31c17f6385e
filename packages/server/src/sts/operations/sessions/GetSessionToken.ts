import { hasVerifiedMfa } from './verified-mfa.ts'
import { secondsOfHolder, sessionHolder } from './session-holder.ts'
import { newCredentials } from '../../shared/new-credentials.ts'
import { defineOperation } from '../../shared/operation.ts'

/**
 * Temporary credentials of the caller itself, which policies may tell by the code of an MFA device that came for them. No
 * permission is needed, and none is taken away.
 */
export const GetSessionToken = defineOperation('GetSessionToken', {
  isForEverybody: true,
  sessions: 'none',
  async handle(input, { service, caller }) {
    const holder = sessionHolder(caller)
    const seconds = secondsOfHolder(holder, input.DurationSeconds)
    const of = (await hasVerifiedMfa(service, caller, input)) ? { ...holder, hasMfa: true as const } : holder
    return newCredentials(service, holder.accountId, seconds, of, input)
  },
})
