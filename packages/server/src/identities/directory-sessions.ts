import type { Caller } from '../access/caller.ts'
import { BoundedCache } from '../base/bounded-cache.ts'
import { type Soon, soon } from '../base/soon.ts'
import type { StoreKeys } from '../encryption/store-keys.ts'
import type { SigningIdentity } from './signing-identity.ts'
import { type DirectorySession, openedDirectoryToken } from './session-token.ts'

interface Opened {
  readonly token: string
  readonly session: DirectorySession
  /** The caller that was made of its holder last. */
  made?: { readonly of: Caller; readonly caller: Caller }
}

/** Tokens that were opened. */
const MOST_BYTES = 4 * 1024 * 1024
const BYTES_FOR_EACH = 8

type FindHolder = (accessKeyId: string, sessionToken?: string) => Soon<SigningIdentity | undefined>

/**
 * Sessions of directory buckets. They stand in their tokens alone, and whoever created one is looked up again each time: it ends
 * with the key that it was created with, and with the user, role, session or account of that.
 */
export class DirectorySessions {
  readonly #storeKeys: StoreKeys
  readonly #findHolder: FindHolder
  readonly #opened = new BoundedCache<Opened>(MOST_BYTES)

  constructor(storeKeys: StoreKeys, findHolder: FindHolder) {
    this.#storeKeys = storeKeys
    this.#findHolder = findHolder
  }

  /** `undefined` where the token is not of that access key, or whose it is is gone. It may have ended. */
  find(accessKeyId: string, token: string): Soon<SigningIdentity | undefined> {
    const known = this.#opened.get(accessKeyId) ?? this.#open(accessKeyId, token)
    return soon(known, (opened) => opened && this.#identityOf(opened))
  }

  async #open(accessKeyId: string, token: string): Promise<Opened | undefined> {
    const session = await openedDirectoryToken(this.#storeKeys, accessKeyId, token)
    if (!session) return undefined
    const opened = { token, session }
    this.#opened.set(accessKeyId, opened, BYTES_FOR_EACH * token.length)
    return opened
  }

  #identityOf(opened: Opened): Soon<SigningIdentity | undefined> {
    const { session, token } = opened
    return soon(this.#findHolder(session.holderKeyId, session.holderToken), (holder) => {
      if (!holder || holder.sessionToken !== session.holderToken) return undefined
      const expiresAt = new Date(session.expiresMilliseconds)
      const caller = callerOf(opened, holder.caller)
      return { secretAccessKey: session.secretAccessKey, sessionToken: token, expiresAt, caller }
    })
  }
}

function callerOf(opened: Opened, holder: Caller): Caller {
  if (opened.made?.of === holder) return opened.made.caller
  const { bucketName, bucketId, mode, encryption } = opened.session
  const directorySession = { bucketName, bucketId, mode, encryption }
  const caller = { ...holder, traits: { ...holder.traits, directorySession } }
  opened.made = { of: holder, caller }
  return caller
}
