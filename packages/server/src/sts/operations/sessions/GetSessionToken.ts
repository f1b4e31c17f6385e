import { secondsOfHolder, sessionHolder } from './session-holder.ts'
import { newCredentials } from '../../shared/new-credentials.ts'
import { defineOperation } from '../../shared/operation.ts'

/** Temporary credentials of the caller itself. No permission is needed, and none is taken away. */
export const GetSessionToken = defineOperation('GetSessionToken', {
  isForEverybody: true,
  sessions: 'none',
  unsupported: ['SerialNumber', 'TokenCode', 'MinimumSessionTokenSize'],
  async handle({ DurationSeconds }, { service, caller }) {
    const holder = sessionHolder(caller)
    const seconds = secondsOfHolder(holder, DurationSeconds)
    return { Credentials: await newCredentials(service, holder.accountId, seconds, holder) }
  },
})
