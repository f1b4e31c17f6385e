import { JsonFault, readJson } from '../base/read-json.ts'
import { S3Error } from '../model/s3-error.ts'
import { parseIsoDate } from './timestamps.ts'

/** What a form is held to. */
export interface CheckedForm {
  /** By lower-case name, `${filename}` replaced. */
  readonly fields: ReadonlyMap<string, string>
  /** The bucket that is posted to, whatever a field says. */
  readonly bucket: string
  readonly now: Date
}

/** Sizes of a file in bytes, both included. */
export interface SizeRange {
  readonly minimum: number
  readonly maximum: number
}

type Condition = FieldCondition | { readonly kind: 'content-length-range'; readonly range: SizeRange }

interface FieldCondition {
  /** Nothing meets a condition of a kind that S3 does not know. */
  readonly kind: 'eq' | 'starts-with' | 'unknown'
  /** In lower case. */
  readonly field: string
  readonly value: string
  /** The condition as S3 names it in errors. */
  readonly text: string
}

/** Fields that a policy need not mention. Source: S3 API Reference, "POST Policy", "Conditions". */
const EXEMPT = /^(?:x-amz-signature|signature|awsaccesskeyid|file|policy|x-ignore-.*)$/

/**
 * Holds a form to its policy, which is base64 of JSON, and tells the sizes that its file may have. Throws
 * InvalidPolicyDocument where the policy is none, AccessDenied where the form does not meet it or it has expired. Its
 * signature is another matter. Source: S3 API Reference, "POST Policy".
 */
export function checkFormPolicy(policy: string, { fields, bucket, now }: CheckedForm): SizeRange[] {
  const { expiration, conditions } = parsePolicy(policy)
  if (now >= expiration) throw refused('Policy expired.')
  const values = new Map(fields).set('bucket', bucket)
  const sizes: SizeRange[] = []
  const covered = new Set<string>()
  for (const condition of conditions) {
    if (condition.kind === 'content-length-range') sizes.push(condition.range)
    else if (isMet(condition, values)) covered.add(condition.field)
    else throw refused(`Policy Condition failed: ${condition.text}`)
  }
  const extra = [...values.keys()].filter((name) => !covered.has(name) && !EXEMPT.test(name))
  if (extra.length > 0) throw refused(`Extra input fields: ${extra.join(', ')}`)
  return sizes
}

/**
 * `starts-with` is taken for every field. S3 lists some as for exact matching alone (`success_action_status`, `x-amz-date` and others),
 * but says nothing of what it does otherwise, and takes what many forms on the web ask for: `["starts-with", "$success_action_status", ""]`.
 */
function isMet({ kind, field, value: wanted }: FieldCondition, values: ReadonlyMap<string, string>): boolean {
  const value = values.get(field)
  if (value === undefined || kind === 'unknown') return false
  if (kind === 'eq') return value === wanted
  // Only here a comma makes a list. Source: the same page, "Matching Content-Types in a Comma-Separated List".
  const items = field === 'content-type' ? value.split(',').map((item) => item.trim()) : [value]
  return items.every((item) => item.startsWith(wanted))
}

function parsePolicy(policy: string): { expiration: Date; conditions: Condition[] } {
  const document = parseJson(Buffer.from(policy, 'base64'))
  if (!isObject(document)) throw invalid('Invalid JSON.')
  const { expiration, conditions } = document
  if (expiration === undefined) throw invalid('Policy missing expiration.')
  if (conditions === undefined) throw invalid('Policy missing conditions.')
  // In GMT alone.
  const date =
    typeof expiration === 'string' && expiration.endsWith('Z') ? parseIsoDate(expiration) : undefined
  if (!date) throw invalid(`Invalid 'expiration' value: '${textOf(expiration)}'`)
  if (!Array.isArray(conditions)) throw invalid("Invalid 'conditions' value: must be a List.")
  return { expiration: date, conditions: conditions.flatMap(parseCondition) }
}

function parseCondition(condition: unknown): Condition {
  if (Array.isArray(condition)) return listCondition(condition)
  if (!isObject(condition)) throw invalid('Conditions must be Lists or Simple-Conditions.')
  const [property, ...others] = Object.entries(condition)
  if (!property || others.length > 0) {
    throw invalid('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.')
  }
  const [name, value] = property
  if (typeof value !== 'string') throw invalid('Invalid Simple-Condition: value must be a string.')
  return listCondition(['eq', `$${name}`, value])
}

function listCondition(list: readonly unknown[]): Condition {
  const text = `[${list.map(textOf).join(', ')}]`
  const [kind, name, value] = list
  const unknown = { kind: 'unknown', field: '', value: '', text } as const
  if (list.length !== 3) return unknown
  if (kind === 'content-length-range') {
    const [minimum, maximum] = [sizeOf(name), sizeOf(value)]
    return minimum === undefined || maximum === undefined ? unknown : { kind, range: { minimum, maximum } }
  }
  if (kind !== 'eq' && kind !== 'starts-with') return unknown
  if (typeof value !== 'string' || typeof name !== 'string' || !name.startsWith('$')) return unknown
  return { kind, field: name.slice(1).toLowerCase(), value, text }
}

function sizeOf(value: unknown): number | undefined {
  const size = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  return Number.isSafeInteger(size) && Number(size) >= 0 ? Number(size) : undefined
}

/** A string of JSON, or a comma with nothing behind it. */
const STRING_OR_LAST_COMMA = /"(?:[^"\\]|\\.)*"|,(?=\s*[\]}])/gs
const ESCAPES: Readonly<Record<string, string>> = { '\\$': '$', '\\v': '\\u000b' }

/**
 * JSON as the documentation has it: with `\$` and `\v`, and a comma may follow the last of a list. Source: the same page,
 * its first example and "Character Escaping".
 */
function parseJson(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const plain = text.replaceAll(STRING_OR_LAST_COMMA, (token) =>
      token === ',' ? '' : token.replaceAll(/\\./gs, (escape) => ESCAPES[escape] ?? escape),
    )
    return readJson(plain)
  } catch (cause) {
    throw invalid(cause instanceof JsonFault ? `Invalid JSON. ${cause.message}` : 'Invalid JSON.', cause)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string {
  return JSON.stringify(value)
}

function refused(reason: string): S3Error {
  return new S3Error('AccessDenied', {}, { message: `Invalid according to Policy: ${reason}` })
}

function invalid(reason: string, cause?: unknown): S3Error {
  return new S3Error('InvalidPolicyDocument', {}, { message: `Invalid Policy: ${reason}`, cause })
}
