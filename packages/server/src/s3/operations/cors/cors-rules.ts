import type { BucketRow } from '../../../metadata/tables/rows.ts'
import type { CORSRule } from '../../../model/types.gen.ts'
import { readParsed } from '../../shared/bucket/bucket-documents.ts'
import type { S3Service } from '../../shared/service/service.ts'

/** A CORS configuration as it is kept: the elements of the request. */
export interface CorsDocument {
  readonly rules: readonly CORSRule[]
}

/** What stands before and after the one `*` of an element, or the whole of an element without. */
export type CorsPattern = string | { readonly prefix: string; readonly suffix: string }

/** A rule ready to be applied. */
export interface CorsRule {
  readonly origins: readonly CorsPattern[]
  readonly methods: ReadonlySet<string>
  /** In lower case. */
  readonly requestHeaders: readonly CorsPattern[]
  /** An origin is allowed because all are: nobody has to be named. */
  readonly allowsAnyOrigin: boolean
  readonly exposedHeaders: readonly string[]
  readonly maxAgeSeconds: number | undefined
}

/** What a rule is held against. */
export interface CorsQuestion {
  readonly origin: string
  readonly method: string
  /** Names of headers that the client means to send, in lower case. */
  readonly requestHeaders: readonly string[]
}

/** What a rule can allow. Source: S3 User Guide, "Elements of a CORS configuration". */
export const corsMethods: ReadonlySet<string> = new Set(['GET', 'PUT', 'POST', 'DELETE', 'HEAD'])

/** The rules of a bucket in their order; `undefined` where it has no configuration. */
export function readCorsRules(
  service: S3Service,
  bucket: BucketRow,
): Promise<readonly CorsRule[] | undefined> {
  return readParsed(service, bucket, 'cors', (text) => parseCors(text).rules.map(corsRule))
}

/** The document as it was put. */
export function parseCors(text: string): CorsDocument {
  return JSON.parse(text) as CorsDocument
}

export function corsRule(rule: CORSRule): CorsRule {
  return {
    origins: rule.AllowedOrigins.map(pattern),
    methods: new Set(rule.AllowedMethods),
    requestHeaders: (rule.AllowedHeaders ?? []).map((name) => pattern(name.toLowerCase())),
    allowsAnyOrigin: rule.AllowedOrigins.includes('*'),
    exposedHeaders: rule.ExposeHeaders ?? [],
    maxAgeSeconds: rule.MaxAgeSeconds,
  }
}

function pattern(element: string): CorsPattern {
  const star = element.indexOf('*')
  return star < 0 ? element : { prefix: element.slice(0, star), suffix: element.slice(star + 1) }
}

/**
 * The first rule that allows the origin, the method and every header. Source: S3 API Reference, PutBucketCors.
 */
export function matchCors(rules: readonly CorsRule[], question: CorsQuestion): CorsRule | undefined {
  return rules.find(
    ({ origins, methods, requestHeaders }) =>
      methods.has(question.method) &&
      matchesAny(origins, question.origin) &&
      question.requestHeaders.every((name) => matchesAny(requestHeaders, name)),
  )
}

function matchesAny(patterns: readonly CorsPattern[], text: string): boolean {
  return patterns.some((item) => {
    if (typeof item === 'string') return item === text
    const { prefix, suffix } = item
    const isLongEnough = text.length >= prefix.length + suffix.length
    return isLongEnough && text.startsWith(prefix) && text.endsWith(suffix)
  })
}
