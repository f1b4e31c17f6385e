import { newSecretAccessKey } from '../../identities/sealed-secret.ts'
import { newSessionKeyId } from '../../identities/session-key-id.ts'
import {
  type FederatedSession,
  type OwnSession,
  type RoleSession,
  sealedToken,
  type SessionTimes,
} from '../../identities/session-token.ts'
import type { Credentials } from '../../model/sts-types.gen.ts'
import type { StsService } from './sts-service.ts'

type WithoutTimes<Of extends SessionTimes> = Omit<Of, keyof SessionTimes>

/** Temporary credentials. Nothing of them is kept: all of the session stands in its token. */
export async function newCredentials(
  { clock, random, storeKeys }: StsService,
  accountId: string,
  seconds: number,
  of: WithoutTimes<OwnSession> | WithoutTimes<RoleSession> | WithoutTimes<FederatedSession>,
): Promise<Credentials> {
  const issuedMilliseconds = clock.now().getTime()
  const expiresMilliseconds = issuedMilliseconds + seconds * 1000
  const accessKeyId = newSessionKeyId(accountId, random)
  const secretAccessKey = newSecretAccessKey(random)
  const session = { ...of, secretAccessKey, issuedMilliseconds, expiresMilliseconds }
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: await sealedToken(storeKeys, accessKeyId, session, random),
    Expiration: new Date(expiresMilliseconds),
  }
}
