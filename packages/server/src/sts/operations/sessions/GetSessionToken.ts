import { newCredentials } from '../../shared/new-credentials.ts'
import { defineOperation } from '../../shared/operation.ts'

/** Source: AWS STS API Reference, GetSessionToken, DurationSeconds: sessions of root users last an hour at most. */
const DEFAULT_SECONDS = 43_200
const MOST_ROOT_SECONDS = 3600

/** Temporary credentials of the caller itself. No permission is needed, and none is taken away. */
export const GetSessionToken = defineOperation('GetSessionToken', {
  isForEverybody: true,
  sessions: 'none',
  unsupported: ['SerialNumber', 'TokenCode', 'MinimumSessionTokenSize'],
  async handle({ DurationSeconds = DEFAULT_SECONDS }, { service, caller: { principal, account } }) {
    const userId = principal.kind === 'user' ? principal.id : undefined
    const seconds = userId === undefined ? Math.min(DurationSeconds, MOST_ROOT_SECONDS) : DurationSeconds
    const of = { accountId: account.id, userId }
    return { Credentials: await newCredentials(service, account.id, seconds, of) }
  },
})
