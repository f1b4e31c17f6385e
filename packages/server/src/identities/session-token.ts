import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { DirectorySessionTraits } from '../access/caller.ts'
import type { Random } from '../base/random.ts'
import type { StoreKeys } from '../encryption/store-keys.ts'
import type { TagPairs } from '../metadata/tables/iam-tables.ts'

/** All that there is of a session: it stands in its token alone. */
export type Session = RoleSession | OwnSession | FederatedSession

export interface SessionTimes {
  readonly secretAccessKey: string
  readonly issuedMilliseconds: number
  readonly expiresMilliseconds: number
}

/** What GetScopedCredentials may have brought down. */
interface Scopable {
  /** JSON texts, each of which has to allow what the session asks for; absent where there are none. */
  readonly scopes?: readonly string[] | undefined
}

/** Who began a session: a user or a root user. */
export interface SessionHolder {
  readonly accountId: string
  /** Absent: the root user. */
  readonly userId?: string | undefined
}

/** Of a user with its own permissions, or of a root user. */
export interface OwnSession extends SessionTimes, SessionHolder, Scopable {
  readonly name?: undefined
  /** Whether a code of an MFA device came with the request for it. */
  readonly hasMfa?: true | undefined
  /** Whether the user signed in for it, with a password. */
  readonly isSignIn?: true | undefined
}

/** Of somebody whom a user or root user vouches for. */
export interface FederatedSession extends SessionTimes, SessionHolder, Scopable {
  readonly name: string
  /** JSON text: what of the permissions of whoever began it this session has; nothing without one, and no managed ones. */
  readonly policy?: string | undefined
  readonly policyArns?: readonly string[] | undefined
  readonly tags?: TagPairs | undefined
}

export interface RoleSession extends SessionTimes, Scopable {
  readonly roleId: string
  readonly name: string
  /** JSON text: what narrows the role for this session. */
  readonly policy?: string | undefined
  /** Managed policies that narrow it as well. */
  readonly policyArns?: readonly string[] | undefined
  readonly tags?: TagPairs | undefined
  /** Those of the tags' keys that sessions take over which this one begins. */
  readonly transitiveTagKeys?: readonly string[] | undefined
  readonly sourceIdentity?: string | undefined
  /** Who vouched for whoever it is of, where a token of an identity provider began it. */
  readonly webIdentity?: SessionsProvider | undefined
}

/** Of a directory bucket, as CreateSession made it. */
export interface DirectorySession extends SessionTimes, DirectorySessionTraits {
  /** The access key that it was created with: it ends with that. */
  readonly holderKeyId: string
  /** Where that was of a session itself, its token. */
  readonly holderToken?: string | undefined
}

export interface SessionsProvider {
  /** The ARN of the identity provider. */
  readonly provider: string
  /** The condition keys that it brings, by their whole names. */
  readonly keys: Readonly<Record<string, string | readonly string[]>>
}

/** Format (1), store key id (8), seal. docs/format.md, "Session tokens". */
const FORMATS = {
  plain: 1,
  /** A token that is good for one directory bucket, and for nothing else. */
  directory: 2,
  /** A session with scopes, of which older servers know nothing: they are not to take it for one without. */
  scoped: 3,
  /** What would be too long as it is, with scopes or without. */
  packed: 4,
} as const
type Format = keyof typeof FORMATS

/** What the tokens of each are sealed for. No access key of a user has an id that begins so: secrets of theirs are no tokens. */
const SEALED_FOR: Readonly<Record<Format, string>> = {
  plain: 'session token',
  directory: 'directory session token',
  scoped: 'scoped session token',
  packed: 'packed session token',
}

/** Nothing of it is escaped in URLs, which would cost each presigned request some microseconds. */
const SPELLING = 'base64url'
const KEY_ID_BYTES = 8
const HEAD_BYTES = 1 + KEY_ID_BYTES

/** Source: what's new at AWS, September 2026, "AWS STS simplifies session token size limit": "a single 4,096 byte" limit. */
export const MOST_TOKEN_BYTES = 4096

/**
 * The token that has to come with an access key id, and is good for that one alone. It is packed where it would be longer than
 * tokens may be, and may be longer than that all the same. `leastBytes`: it is made at least as long, of MOST_TOKEN_BYTES at most.
 */
export async function sealedToken(
  storeKeys: StoreKeys,
  accessKeyId: string,
  session: Session,
  random: Random,
  leastBytes = 0,
): Promise<string> {
  const text = Buffer.from(JSON.stringify(session))
  const seal = async (format: Format, bytes: Buffer): Promise<string> => {
    const token = await sealed(storeKeys, format, accessKeyId, bytes, random)
    const missing = Math.ceil(((leastBytes - token.length) * 3) / 4)
    if (missing <= 0) return token
    // Neither JSON nor what was deflated is another one with white space behind it.
    const longer = Buffer.concat([bytes, Buffer.alloc(missing, ' ')])
    return sealed(storeKeys, format, accessKeyId, longer, random)
  }
  const token = await seal(session.scopes ? 'scoped' : 'plain', text)
  return token.length <= MOST_TOKEN_BYTES ? token : seal('packed', deflateRawSync(text))
}

/** The same of a session of a directory bucket. */
export async function sealedDirectoryToken(
  storeKeys: StoreKeys,
  accessKeyId: string,
  session: DirectorySession,
  random: Random,
): Promise<string> {
  const text = Buffer.from(JSON.stringify(session))
  return sealed(storeKeys, 'directory', accessKeyId, text, random)
}

async function sealed(
  storeKeys: StoreKeys,
  format: Format,
  accessKeyId: string,
  bytes: Uint8Array,
  random: Random,
): Promise<string> {
  const { id, dataKey } = await storeKeys.current()
  const seal = dataKey.sealSecretBytes(bytes, boundTo(format, accessKeyId), random)
  return Buffer.concat([Buffer.of(FORMATS[format]), Buffer.from(id, 'hex'), seal]).toString(SPELLING)
}

/**
 * The session of a token, which may have ended. `undefined` for what this store did not seal for that access key: forged,
 * cut, of another session or of another store.
 */
export async function openedToken(
  storeKeys: StoreKeys,
  accessKeyId: string,
  token: string,
): Promise<Session | undefined> {
  const bytes = await opened(storeKeys, ['plain', 'scoped', 'packed'], accessKeyId, token)
  // Sealed by this store, so it is what it was.
  return bytes && (JSON.parse(bytes.toString()) as Session)
}

/** The same of a session of a directory bucket. */
export async function openedDirectoryToken(
  storeKeys: StoreKeys,
  accessKeyId: string,
  token: string,
): Promise<DirectorySession | undefined> {
  const bytes = await opened(storeKeys, ['directory'], accessKeyId, token)
  return bytes && (JSON.parse(bytes.toString()) as DirectorySession)
}

/** What a token of one of these formats holds, unpacked. */
async function opened(
  storeKeys: StoreKeys,
  formats: readonly Format[],
  accessKeyId: string,
  token: string,
): Promise<Buffer | undefined> {
  const bytes = Buffer.from(token, SPELLING)
  const format = formats.find((each) => FORMATS[each] === bytes[0])
  // There is one spelling of each token.
  if (!format || bytes.length < HEAD_BYTES || bytes.toString(SPELLING) !== token) return undefined
  const key = await storeKeys.findGiven(bytes.subarray(1, HEAD_BYTES).toString('hex'))
  const held = key?.dataKey.openGivenSecretBytes(bytes.subarray(HEAD_BYTES), boundTo(format, accessKeyId))
  return held && format === 'packed' ? inflateRawSync(held) : held
}

function boundTo(format: Format, accessKeyId: string): string {
  return `${SEALED_FOR[format]}\0${accessKeyId}`
}
