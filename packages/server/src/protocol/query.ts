import { signatureApart } from '../base/signature-apart.ts'
import { percentDecode } from './percent-decode.ts'

/**
 * What makes a URL a presigned one. No operation has anything called so: `signature/` reads them, from the raw query, and so
 * does who gathers the conditions of policies (the hash of the body is one).
 */
const OF_SIGNATURE = [
  'X-Amz-Algorithm',
  'X-Amz-Content-Sha256',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-Security-Token',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
]
/** By their length: a part of the query is cut out for none of them. */
const ofSignatureByLength: (string[] | undefined)[] = []
for (const name of OF_SIGNATURE) (ofSignatureByLength[name.length] ??= []).push(name)

/** The query by key, decoded, without what is of its signature alone. A key without a value has the empty one. */
export type ParsedQuery = ReadonlyMap<string, string>

/** The one that was read last: most requests have none, or that of the one before but for its signature. */
let last: { readonly raw: string; readonly query: ParsedQuery } = { raw: '', query: new Map() }

/**
 * Splits and decodes a raw query. A plus is a space. Of a repeated key the first value counts, as in S3. Throws
 * `InvalidURI` for a malformed encoding.
 */
export function parseQuery(raw: string): ParsedQuery {
  const { others } = signatureApart(raw)
  if (others !== last.raw) last = { raw: others, query: parseForm(others) }
  return last.query
}

/** All values of a repeated key, in their order. Throws as {@link parseQuery} does. */
export function valuesOf(raw: string, key: string): string[] {
  const values: string[] = []
  for (const pair of raw.split('&')) {
    const [name = '', ...rest] = pair.split('=')
    if (percentDecode(name) === key) values.push(percentDecode(rest.join('=')))
  }
  return values
}

/** The same of a body, which may hold secrets: nothing of it is kept. */
export function parseForm(raw: string): ParsedQuery {
  const query = new Map<string, string>()
  let start = 0
  while (start <= raw.length) {
    const ampersand = raw.indexOf('&', start)
    const end = ampersand < 0 ? raw.length : ampersand
    if (end > start && !isOfSignature(raw, start)) addPair(query, raw.slice(start, end))
    start = end + 1
  }
  return query
}

function isOfSignature(raw: string, start: number): boolean {
  const names = ofSignatureByLength[raw.indexOf('=', start) - start]
  return names?.some((name) => raw.startsWith(name, start)) === true
}

function addPair(query: Map<string, string>, pair: string): void {
  const equals = pair.indexOf('=')
  const key = percentDecode(equals < 0 ? pair : pair.slice(0, equals))
  if (!query.has(key)) query.set(key, equals < 0 ? '' : percentDecode(pair.slice(equals + 1)))
}
