import type { SessionHolder } from '../../../identities/session-token.ts'
import type { SigningCaller } from '../../../identities/signing-caller.ts'

/** Who begins a session with long-lived keys: a user or a root user. */
export function sessionHolder({ principal, account }: SigningCaller): SessionHolder {
  return { accountId: account.id, userId: principal.kind === 'user' ? principal.id : undefined }
}

const DEFAULT_SECONDS = 43_200
const MOST_ROOT_SECONDS = 3600

/**
 * How long such a session lasts; of root users an hour at most, whatever is asked. Sources: AWS STS API Reference,
 * GetSessionToken and GetFederationToken, DurationSeconds.
 */
export function secondsOfHolder({ userId }: SessionHolder, asked = DEFAULT_SECONDS): number {
  return userId === undefined ? Math.min(asked, MOST_ROOT_SECONDS) : asked
}
