import { isObject } from '../base/is-object.ts'
import { type Claims, invalidIdentityToken, rejectedClaim, textsOf } from './token-claims.ts'

const PREFIX = 'https://aws.amazon.com'

/** What a token asks of the session that it begins. */
export interface SessionClaims {
  readonly tags: readonly { readonly Key: string; readonly Value: string }[]
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity: string | undefined
  /** The ARNs of the roles that the provider lets it assume; absent: it says nothing of roles. */
  readonly roles: readonly string[] | undefined
}

/** Sources: AWS STS API Reference, Tag and SourceIdentity. */
const TAG_KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u
const SOURCE_IDENTITY = /^[\w+=,.@-]{2,64}$/

/**
 * Throws IDPRejectedClaim for a claim of these that is none. Sources: IAM User Guide, "Pass session tags in AWS STS", "Passing
 * session tags using AssumeRoleWithWebIdentity", with the nested form and the flattened one; "Monitor and control actions taken
 * with assumed roles", on the source identity of a web identity.
 */
export function sessionClaims(claims: Claims): SessionClaims {
  return { ...tagsOf(claims), sourceIdentity: sourceIdentityOf(claims), roles: rolesOf(claims) }
}

function tagsOf(claims: Claims): Pick<SessionClaims, 'tags' | 'transitiveTagKeys'> {
  const nested = claims[`${PREFIX}/tags`] ?? {}
  if (!isObject(nested)) throw rejectedClaim('The claim of the tags is no object.')
  const { principal_tags: principalTags = {}, transitive_tag_keys: keys = [] } = nested
  if (!isObject(principalTags)) throw rejectedClaim('The claim principal_tags is no object.')
  const tags = [
    ...Object.entries(principalTags).map(([key, value]) => tagOf(key, value)),
    ...flatTags(claims),
  ]
  return { tags, transitiveTagKeys: [...tagKeysOf(keys), ...tagKeysOf(claims[FLAT_TRANSITIVE] ?? [])] }
}

const FLAT_TAGS = `${PREFIX}/tags/principal_tags/`
const FLAT_TRANSITIVE = `${PREFIX}/tags/transitive_tag_keys`

function flatTags(claims: Claims): SessionClaims['tags'] {
  return Object.entries(claims).flatMap(([name, value]) =>
    name.startsWith(FLAT_TAGS) ? [tagOf(name.slice(FLAT_TAGS.length), value)] : [],
  )
}

function tagOf(Key: string, value: unknown): SessionClaims['tags'][number] {
  const [Value, ...others] = textsOf(value) ?? []
  if (Value !== undefined && others.length === 0 && TAG_KEY.test(Key) && TAG_VALUE.test(Value))
    return { Key, Value }
  throw rejectedClaim('A tag among the claims is none.')
}

function tagKeysOf(value: unknown): readonly string[] {
  const keys = textsOf(value)
  if (keys?.every((key) => TAG_KEY.test(key))) return keys
  throw rejectedClaim('The claim transitive_tag_keys is no list of keys.')
}

function sourceIdentityOf(claims: Claims): string | undefined {
  const value = claims[`${PREFIX}/source_identity`]
  if (value === undefined || (typeof value === 'string' && SOURCE_IDENTITY.test(value))) return value
  throw rejectedClaim('The claim source_identity is none.')
}

/** Source: Service Authorization Reference, "Condition keys for AWS Security Token Service": sts:RoleAuthorizedByIdp. */
function rolesOf(claims: Claims): readonly string[] | undefined {
  const value = claims[`${PREFIX}/roles`]
  if (value === undefined) return undefined
  const roles = textsOf(value)
  if (!roles) throw invalidIdentityToken('The claim of the roles is no list of ARNs.')
  return roles
}
