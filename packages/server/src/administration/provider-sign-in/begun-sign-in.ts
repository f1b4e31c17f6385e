import { timingSafeEqual } from 'node:crypto'
import type { Random } from '../../base/random.ts'
import type { StoreKeys } from '../../encryption/store-keys.ts'

/** What a browser keeps between its way to a provider and back: sealed, so that nobody else can have made it. */
export interface BegunSignIn {
  readonly providerId: string
  readonly state: string
  readonly nonce: string
  /** Of PKCE. */
  readonly verifier: string
  readonly redirectUri: string
  readonly untilMilliseconds: number
}

const BOUND_TO = 'begun sign-in'

export async function sealedSignIn(
  { storeKeys, random }: { readonly storeKeys: StoreKeys; readonly random: Random },
  begun: BegunSignIn,
): Promise<string> {
  const { id, dataKey } = await storeKeys.current()
  return `${id}.${dataKey.sealSecret(JSON.stringify(begun), BOUND_TO, random).toString('base64url')}`
}

/** `undefined` for what this store did not seal, what is over, and another state. */
export async function openedSignIn(
  storeKeys: StoreKeys,
  sealed: string,
  state: string,
  now: Date,
): Promise<BegunSignIn | undefined> {
  const [id = '', bytes = ''] = sealed.split('.')
  const key = await storeKeys.findGiven(id)
  const text = key?.dataKey.openGivenSecret(Buffer.from(bytes, 'base64url'), BOUND_TO)
  if (text === undefined) return undefined
  // Sealed by this store, so it is what it was.
  const begun = JSON.parse(text) as BegunSignIn
  return isSame(begun.state, state) && now.getTime() < begun.untilMilliseconds ? begun : undefined
}

function isSame(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)]
  return first.length === second.length && timingSafeEqual(first, second)
}
