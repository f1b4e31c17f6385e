import { errorOf } from './api-error.ts'
import { settings } from './settings.ts'
import type { Session } from './session.ts'

/** What a person types. */
export interface PasswordSignIn {
  readonly account: string
  readonly userName: string
  readonly password: string
  readonly code?: string
  readonly newPassword?: string
}

interface Answer {
  readonly credentials: Session['credentials'] & { readonly expiration: string }
  readonly account: string
  readonly arn: string
}

/** Temporary credentials for a name and a password; see docs/console-api.md for its errors. */
export function signInWithPassword(given: PasswordSignIn): Promise<Session> {
  return sessionFrom('/-/sign-in', given)
}

/** Those that a provider of OpenID Connect has led here with. */
export function collectSignIn(): Promise<Session> {
  return sessionFrom('/-/sign-in/collect', {})
}

async function sessionFrom(path: string, given: object): Promise<Session> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(given),
  })
  const body = await response.text()
  if (!response.ok) throw errorOf({ status: response.status, body, requestId: undefined })
  const { credentials, account, arn } = JSON.parse(body) as Answer
  return { credentials, region: (await settings()).region, account, arn, expiration: credentials.expiration }
}
