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
type WithoutSecret<Of extends SessionTimes> = Omit<Of, 'secretAccessKey'>

/** Temporary credentials. Nothing of them is kept: all of the session stands in its token. */
export async function newCredentials(
  service: StsService,
  accountId: string,
  seconds: number,
  of: WithoutTimes<OwnSession> | WithoutTimes<RoleSession> | WithoutTimes<FederatedSession>,
): Promise<Credentials> {
  const issuedMilliseconds = service.clock.now().getTime()
  const expiresMilliseconds = issuedMilliseconds + seconds * 1000
  return credentialsOf(service, accountId, { ...of, issuedMilliseconds, expiresMilliseconds })
}

/** The same of a session that may have begun before. */
export async function credentialsOf(
  { random, storeKeys }: StsService,
  accountId: string,
  of: WithoutSecret<OwnSession> | WithoutSecret<RoleSession> | WithoutSecret<FederatedSession>,
): Promise<Credentials> {
  const accessKeyId = newSessionKeyId(accountId, random)
  const secretAccessKey = newSecretAccessKey(random)
  const session = { ...of, secretAccessKey }
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: await sealedToken(storeKeys, accessKeyId, session, random),
    Expiration: new Date(of.expiresMilliseconds),
  }
}
