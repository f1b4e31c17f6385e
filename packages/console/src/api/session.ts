import { computed, signal } from '@preact/signals'
import { ApiError } from './api-error.ts'
import type { Credentials } from './signature.ts'

/** Who has signed in. */
export interface Session {
  readonly credentials: Credentials
  readonly region: string
  readonly account: string
  readonly arn: string
  /** ISO 8601; absent where the credentials stay good. */
  readonly expiration?: string | undefined
}

const KEPT_AS = 'holdfast.session'

/** Where unfinished uploads are told. */
export const DATABASE = 'holdfast-console'

const current = signal<Session | undefined>(kept())

export const session = computed(() => current.value)

/** What waits for somebody to sign in anew; nothing while the session is good. */
const renewal = signal<PromiseWithResolvers<boolean> | undefined>(undefined)

/** Whether the session is over and something waits for it. */
export const hasEnded = computed(() => renewal.value !== undefined)

/**
 * `keep`: over reloads of this tab, in its sessionStorage; else in memory alone. Throws for another than who has signed in: the page
 * shows what is theirs.
 */
export function signIn(given: Session, keep: boolean): void {
  if (current.value && holderOf(current.value) !== holderOf(given))
    throw new ApiError(0, 'SignedInAsAnother', '')
  current.value = given
  if (keep) sessionStorage.setItem(KEPT_AS, JSON.stringify(given))
  endRenewal(true)
}

/** A session of a role has another name each time that it is taken on. */
function holderOf({ arn }: Session): string {
  return arn.replace(/(:assumed-role\/[^/]+)\/.*/, '$1')
}

/** Forgets the keys and all that was made with them, unfinished uploads too: the page is loaded anew. */
export function signOut(): void {
  const forgetting = indexedDB.deleteDatabase(DATABASE)
  forgetting.addEventListener('success', leave)
  forgetting.addEventListener('error', leave)
  forgetting.addEventListener('blocked', leave)
}

function leave(): void {
  sessionStorage.clear()
  location.hash = ''
  location.reload()
}

/** Has who has signed in asked to sign in again, where the page is as it is; resolves to whether they did. */
export function signedInAnew(ended: Session): Promise<boolean> {
  if (current.value !== ended) return Promise.resolve(true)
  sessionStorage.removeItem(KEPT_AS)
  renewal.value ??= Promise.withResolvers<boolean>()
  return renewal.value.promise
}

/** Lets what waits for the session fail, or go on. */
export function endRenewal(isAnew: boolean): void {
  renewal.value?.resolve(isAnew)
  renewal.value = undefined
}

/** Of the session; throws where nobody has signed in. */
export function signedIn(): Session {
  if (!current.value) throw new Error('nobody has signed in')
  return current.value
}

function kept(): Session | undefined {
  const text = sessionStorage.getItem(KEPT_AS)
  return text === null ? undefined : (JSON.parse(text) as Session)
}
