import { expect } from 'vitest'
import type { RawAnswer } from '../../support/raw-request.ts'
import type { AccessRoom, Parts } from '../access/access-room.ts'

export const CORS = { query: 'cors=' }
export const VARY = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method'

/** The lists of a rule; each member is an element as often as it has values. */
export interface RuleElements {
  readonly ID?: string
  readonly AllowedOrigin?: readonly string[]
  readonly AllowedMethod?: readonly string[]
  readonly AllowedHeader?: readonly string[]
  readonly ExposeHeader?: readonly string[]
  readonly MaxAgeSeconds?: number | string
}

/** A rule as XML: GET from everywhere where nothing else is said. */
export function ruleXml(rule: RuleElements = {}): string {
  const elements = { AllowedOrigin: ['*'], AllowedMethod: ['GET'], ...rule }
  const texts = Object.entries(elements).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values]).map((value) => `<${name}>${value}</${name}>`),
  )
  return `<CORSRule>${texts.join('')}</CORSRule>`
}

export function corsXml(...rules: readonly RuleElements[]): string {
  const inner = rules.map(ruleXml).join('')
  return `<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</CORSConfiguration>`
}

/** What a browser says before a request. */
export interface Question {
  readonly origin?: string | undefined
  readonly method?: string | undefined
  readonly headers?: string | undefined
}

export function corsRequestHeaders({ origin, method, headers }: Question): Record<string, string> {
  return {
    ...(origin !== undefined && { origin }),
    ...(method !== undefined && { 'access-control-request-method': method }),
    ...(headers !== undefined && { 'access-control-request-headers': headers }),
  }
}

/** A bucket with these rules. */
export async function bucketWith(room: AccessRoom, ...rules: readonly RuleElements[]): Promise<string> {
  const bucket = await room.bucket()
  await room.set(bucket, 'cors', corsXml(...rules))
  return bucket
}

/** The CORS headers of an answer, with `Vary`. */
export function corsAnswer(answer: RawAnswer): Record<string, unknown> {
  const isCors = ([name]: [string, unknown]): boolean => name.startsWith('access-control-') || name === 'vary'
  return Object.fromEntries(Object.entries(answer.headers).filter(isCors))
}

export function expectNoCors(answer: RawAnswer): void {
  expect(corsAnswer(answer)).toEqual({})
}

export function preflight(
  room: AccessRoom,
  bucket: string,
  key: string | undefined,
  question: Question,
  parts: Parts = {},
): Promise<RawAnswer> {
  const headers = { ...corsRequestHeaders(question), ...parts.headers }
  return room.ask('anonymous', 'OPTIONS', bucket, key, { ...parts, headers })
}
