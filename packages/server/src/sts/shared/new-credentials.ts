import { newSecretAccessKey } from '../../identities/sealed-secret.ts'
import { newSessionKeyId } from '../../identities/session-key-id.ts'
import {
  type FederatedSession,
  MOST_TOKEN_BYTES,
  type OwnSession,
  type RoleSession,
  sealedToken,
  type SessionTimes,
} from '../../identities/session-token.ts'
import type { Credentials, StsOutputs } from '../../model/sts-types.gen.ts'
import { QueryError } from '../../model/query-error.ts'
import type { StsService } from './sts-service.ts'

type WithoutTimes<Of extends SessionTimes> = Omit<Of, keyof SessionTimes>
type WithoutSecret<Of extends SessionTimes> = Omit<Of, 'secretAccessKey'>

/** Of an answer. */
interface Issued extends Pick<StsOutputs['GetSessionToken'], 'SessionTokenSize' | 'SessionTokenUtilization'> {
  readonly Credentials: Credentials
}

/** Of a request. */
interface TokenSize {
  readonly MinimumSessionTokenSize?: number | undefined
}

/**
 * Temporary credentials. Nothing of them is kept: all of the session stands in its token. Throws PackedPolicyTooLarge where it is
 * too much for one.
 */
export async function newCredentials(
  service: StsService,
  accountId: string,
  seconds: number,
  of: WithoutTimes<OwnSession> | WithoutTimes<RoleSession> | WithoutTimes<FederatedSession>,
  size: TokenSize = {},
): Promise<Issued> {
  const issuedMilliseconds = service.clock.now().getTime()
  const expiresMilliseconds = issuedMilliseconds + seconds * 1000
  return credentialsOf(service, accountId, { ...of, issuedMilliseconds, expiresMilliseconds }, size)
}

/** The same of a session that may have begun before. */
export async function credentialsOf(
  { random, storeKeys }: StsService,
  accountId: string,
  of: WithoutSecret<OwnSession> | WithoutSecret<RoleSession> | WithoutSecret<FederatedSession>,
  { MinimumSessionTokenSize: leastBytes }: TokenSize,
): Promise<Issued> {
  const accessKeyId = newSessionKeyId(accountId, random)
  const secretAccessKey = newSecretAccessKey(random)
  const session = { ...of, secretAccessKey }
  const SessionToken = await sealedToken(storeKeys, accessKeyId, session, random, leastBytes)
  return {
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken,
      Expiration: new Date(of.expiresMilliseconds),
    },
    SessionTokenSize: SessionToken.length,
    SessionTokenUtilization: utilizationPercent(SessionToken),
  }
}

function utilizationPercent({ length }: string): number {
  const percent = Math.ceil((100 * length) / MOST_TOKEN_BYTES)
  if (percent <= 100) return percent
  const message = `Packed policies and tags make a session token of ${percent}% of the allotted space, please use smaller ones.`
  throw new QueryError('PackedPolicyTooLarge', message)
}
