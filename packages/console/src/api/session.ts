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

const current = signal<Session | undefined>(kept())

export const session = computed(() => current.value)

/** `keep`: over reloads of this tab, in its sessionStorage; else in memory alone. */
export function signIn(given: Session, keep: boolean): void {
  current.value = given
  if (keep) sessionStorage.setItem(KEPT_AS, JSON.stringify(given))
}

/** Forgets the keys, and all that was made with them: the page is loaded anew. */
export function signOut(): void {
  sessionStorage.clear()
  current.value = undefined
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
