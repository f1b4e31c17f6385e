import { JsonFault, readJson } from '../../base/read-json.ts'
import { type Elements, isElements, refuseUnknown } from './elements.ts'
import type { PolicyPlace } from './bucket-policy-rules.ts'
import type { PrincipalExists } from './parse-principal.ts'
import { parseStatement, type StatementSetting } from './parse-statement.ts'
import type { Policy } from './policy.ts'
import { PolicyError, syntaxError } from './policy-error.ts'
import { isPublicPolicy } from './public-policy.ts'

interface CommonOptions {
  /** Asked for each account, user and role named; leave it out for a policy that was accepted before. */
  readonly principalExists?: PrincipalExists
  /** Of the text in UTF-8. */
  readonly maximumBytes?: number
}

export type PolicyOptions = CommonOptions &
  (
    | { readonly kind: 'bucket'; /** The bucket it is attached to. */ readonly bucket: string }
    | { readonly kind: 'directory-bucket'; /** Its ARN. */ readonly directoryBucket: string }
    | { readonly kind: 'access-point'; /** Its ARN. */ readonly accessPoint: string }
    | { readonly kind: 'identity' | 'key' | 'trust' }
  )

/**
 * Sources: S3 User Guide, "Bucket policies" and "Restrictions and limitations for access points": 20 KB; AWS KMS Developer Guide, "Quotas"; IAM API Reference, CreatePolicy: the
 * quotas of IAM do not count white space.
 */
const MAXIMUM_BYTES = {
  bucket: 20_480,
  'directory-bucket': 20_480,
  'access-point': 20_480,
  key: 32_768,
  identity: 131_072,
  trust: 131_072,
} as const

const ELEMENTS: ReadonlySet<string> = new Set(['Version', 'Id', 'Statement'])

/**
 * Compiles a policy from its JSON text. Throws a PolicyError, with S3's message for MalformedPolicy, where the text is
 * no valid policy of its kind. Sources: IAM User Guide, "Grammar of the IAM JSON policy language"; S3 User Guide,
 * "Bucket policies".
 */
export function parsePolicy(text: string, options: PolicyOptions): Policy {
  const sizeBytes = Buffer.byteLength(text)
  if (sizeBytes > (options.maximumBytes ?? MAXIMUM_BYTES[options.kind])) {
    throw new PolicyError('Policy exceeds the maximum allowed document size.')
  }
  const elements = elementsOf(text)
  refuseUnknown(elements, ELEMENTS)
  const setting: StatementSetting = {
    kind: options.kind,
    attachedTo: attachedTo(options),
    variables: parseVersion(elements['Version']) === '2012-10-17',
    principalExists: options.principalExists,
  }
  const parsed = statementsOf(elements['Statement']).map((statement) => parseStatement(statement, setting))
  const statements = parsed.map(({ statement }) => statement)
  const conditionKeys = new Set(parsed.flatMap(({ keys }) => keys))
  refuseDoubleSids(statements.map(({ sid }) => sid))
  return {
    kind: options.kind,
    id: parseId(elements['Id']),
    text,
    sizeBytes,
    statements,
    conditionKeys,
    looksAtObject: [...conditionKeys].some((key) => key.startsWith('s3:existingobjecttag/')),
    looksAtNewObject: [...conditionKeys].some((key) => OF_NEW_OBJECT.test(key)),
    isPublic: setting.attachedTo !== undefined && isPublicPolicy({ kind: options.kind, statements }),
  }
}

const OF_NEW_OBJECT =
  /^s3:(?:requestobjecttag|object-lock-|x-amz-(?:acl|grant-|server-side-encryption|storage-class|website-redirect-location))/

function attachedTo(options: PolicyOptions): PolicyPlace | undefined {
  if (options.kind === 'bucket') return { bucket: options.bucket }
  if (options.kind === 'directory-bucket') return { directoryBucket: options.directoryBucket }
  return options.kind === 'access-point' ? { accessPoint: options.accessPoint } : undefined
}

function elementsOf(text: string): Elements {
  if (!text.startsWith('{')) {
    throw new PolicyError("Policies must be valid JSON and the first byte must be '{'")
  }
  try {
    return readJson(text) as Elements
  } catch (cause) {
    if (!(cause instanceof JsonFault)) throw cause
    throw new PolicyError(`This policy contains invalid Json: ${cause.message}`, { cause })
  }
}

/** A policy without a version is of the older one, which knows no variables. */
function parseVersion(value: unknown): string {
  if (value === undefined) return '2008-10-17'
  if (value !== '2012-10-17' && value !== '2008-10-17') {
    throw new PolicyError('The policy must contain a valid version string')
  }
  return value
}

function parseId(value: unknown): string | undefined {
  if (value !== undefined && typeof value !== 'string') throw syntaxError()
  return value
}

function statementsOf(value: unknown): readonly unknown[] {
  if (value === undefined) throw new PolicyError('Missing required field Statement')
  const statements: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (statements.length === 0 || !statements.every(isElements)) {
    throw new PolicyError('Could not parse the policy: Statement is empty!')
  }
  return statements
}

/** An empty Sid is none. */
function refuseDoubleSids(sids: readonly (string | undefined)[]): void {
  const named = sids.filter((sid) => sid !== undefined && sid !== '')
  if (new Set(named).size < named.length) {
    throw new PolicyError('Statement IDs (SID) in a single policy must be unique.')
  }
}
