import { computed, signal } from '@preact/signals'
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

/** `keep`: over reloads of this tab, in its sessionStorage; else in memory alone. */
export function signIn(given: Session, keep: boolean): void {
  current.value = given
  if (keep) sessionStorage.setItem(KEPT_AS, JSON.stringify(given))
}

/** Forgets the keys and all that was made with them, unfinished uploads too. */
export function signOut(): void {
  const forgetting = indexedDB.deleteDatabase(DATABASE)
  forgetting.addEventListener('success', endSession)
  forgetting.addEventListener('error', endSession)
  forgetting.addEventListener('blocked', endSession)
}

/** Forgets the keys: the page is loaded anew. Who signs in again goes on with unfinished uploads. */
export function endSession(): void {
  sessionStorage.clear()
  location.hash = ''
  location.reload()
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
