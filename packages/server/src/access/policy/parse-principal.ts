import { PolicyError } from './policy-error.ts'
import { PrincipalPattern } from './principal-pattern.ts'

/** Somebody a policy names, whom S3 expects to exist. */
export type PrincipalName =
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'canonical-user'; readonly canonicalId: string }
  /** A user, a role or a session. */
  | { readonly kind: 'arn'; readonly arn: string; readonly accountId: string }
  /** A user or a role, by the id that is its own for ever. */
  | { readonly kind: 'unique-id'; readonly id: string }

export type PrincipalExists = (name: PrincipalName) => boolean

/** `arn:aws:iam::<account>:root` */
const ROOT_ARN = /^arn:aws:iam::(\d{12}):root$/
const ACCOUNT_ID = /^\d{12}$/
const IDENTITY_ARN =
  /^arn:aws:(?:iam::(\d{12}):(?:user|role)\/[\w+=,.@/-]+|sts::(\d{12}):(?:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+|federated-user\/[\w+=,.@-]+))$/
/** Source: IAM User Guide, "IAM identifiers", "Unique identifiers": the prefixes of users and roles. */
export const UNIQUE_ID = /^(?:AIDA|AROA)[A-Z\d]{12,124}$/
const CANONICAL_ID = /^[\da-f]{64}$/
const SERVICE = /^[a-z\d-]+(\.[a-z\d-]+)*\.amazonaws\.com(\.cn)?$/
const PROVIDER =
  /^(?:arn:aws:iam::\d{12}:(?:saml|oidc)-provider\/[\w+=,.@:/-]+|[a-z\d-]+(?:\.[a-z\d-]+)+(?:\/[\w-]+)*)$/

/** Compiles Principal or NotPrincipal. Throws a PolicyError for what names nobody. */
export function parsePrincipal(
  element: unknown,
  negated: boolean,
  exists?: PrincipalExists,
): PrincipalPattern {
  const names = new Names(exists)
  if (element === '*') names.add('AWS', '*')
  else if (!isRecord(element)) throw invalid()
  else {
    for (const [type, value] of Object.entries(element)) {
      for (const name of Array.isArray(value) ? (value as unknown[]) : [value]) names.add(type, name)
    }
    if (names.count === 0) throw new PolicyError('Missing required field Principal cannot be empty!')
  }
  return new PrincipalPattern(names, negated)
}

class Names {
  everyone = false
  count = 0
  readonly accountIds = new Set<string>()
  readonly canonicalIds = new Set<string>()
  readonly arns = new Set<string>()
  readonly uniqueIds = new Set<string>()
  readonly services = new Set<string>()
  readonly federated = new Set<string>()
  readonly #exists: PrincipalExists

  constructor(exists: PrincipalExists = () => true) {
    this.#exists = exists
  }

  add(type: string, name: unknown): void {
    if (typeof name !== 'string') throw invalid()
    this.count++
    if (!this.#isAdded(type, name)) throw invalid(`"${type === 'AWS' ? type : type.toUpperCase()}":"${name}"`)
  }

  #isAdded(type: string, name: string): boolean {
    if (type === 'AWS') return this.#isAwsAdded(name)
    if (type === 'CanonicalUser') return this.#isCanonicalAdded(name.toLowerCase())
    if (type === 'Service' && SERVICE.test(name)) this.services.add(name)
    else if (type === 'Federated' && PROVIDER.test(name)) this.federated.add(name)
    else return false
    return true
  }

  #isAwsAdded(name: string): boolean {
    const accountId = ACCOUNT_ID.test(name) ? name : ROOT_ARN.exec(name)?.[1]
    if (name === '*') this.everyone = true
    else if (accountId !== undefined) {
      this.accountIds.add(accountId)
      return this.#exists({ kind: 'account', accountId })
    } else if (UNIQUE_ID.test(name)) {
      this.uniqueIds.add(name)
      return this.#exists({ kind: 'unique-id', id: name })
    } else return this.#isArnAdded(name)
    return true
  }

  #isArnAdded(arn: string): boolean {
    const [, iamAccountId, stsAccountId] = IDENTITY_ARN.exec(arn) ?? []
    const accountId = iamAccountId ?? stsAccountId
    if (accountId === undefined) return false
    this.arns.add(arn)
    return this.#exists({ kind: 'arn', arn, accountId })
  }

  #isCanonicalAdded(canonicalId: string): boolean {
    if (!CANONICAL_ID.test(canonicalId)) return false
    this.canonicalIds.add(canonicalId)
    return this.#exists({ kind: 'canonical-user', canonicalId })
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(principal?: string): PolicyError {
  return new PolicyError('Invalid principal in policy', { ...(principal !== undefined && { principal }) })
}
