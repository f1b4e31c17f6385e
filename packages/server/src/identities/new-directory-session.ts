import type { DirectorySessionTraits } from '../access/caller.ts'
import type { Random } from '../base/random.ts'
import type { StoreKeys } from '../encryption/store-keys.ts'
import { newSessionKeyId } from './session-key-id.ts'
import { sealedDirectoryToken } from './session-token.ts'

/** Source: S3 API Reference, CreateSession: they "expire after 5 minutes". */
const SESSION_MILLISECONDS = 5 * 60 * 1000
const SECRET_BYTES = 30

/** With what a session was asked for. */
export interface SessionsHolder {
  readonly accountId: string
  readonly accessKeyId: string
  /** Of temporary credentials. */
  readonly sessionToken?: string
  readonly expiresAt?: Date
}

/** Credentials as answers give them. */
export interface DirectoryCredentials {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly SessionToken: string
  readonly Expiration: Date
}

/** Credentials of a new session of a directory bucket. They end no later than those that they were asked for with. */
export async function newSessionCredentials(
  { storeKeys, random }: { readonly storeKeys: StoreKeys; readonly random: Random },
  session: DirectorySessionTraits,
  { accountId, accessKeyId, sessionToken, expiresAt }: SessionsHolder,
  now: Date,
): Promise<DirectoryCredentials> {
  const issuedMilliseconds = now.getTime()
  const ends = Math.min(issuedMilliseconds + SESSION_MILLISECONDS, expiresAt?.getTime() ?? Infinity)
  // Whole seconds, as answers tell it.
  const expiresMilliseconds = Math.floor(ends / 1000) * 1000
  const keyId = newSessionKeyId(accountId, random)
  const secretAccessKey = Buffer.from(random.bytes(SECRET_BYTES)).toString('base64')
  const token = await sealedDirectoryToken(
    storeKeys,
    keyId,
    {
      ...session,
      secretAccessKey,
      issuedMilliseconds,
      expiresMilliseconds,
      holderKeyId: accessKeyId,
      ...(sessionToken !== undefined && { holderToken: sessionToken }),
    },
    random,
  )
  return {
    AccessKeyId: keyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: token,
    Expiration: new Date(expiresMilliseconds),
  }
}
