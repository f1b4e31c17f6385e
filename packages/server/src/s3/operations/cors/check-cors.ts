import { S3Error } from '../../../model/s3-error.ts'
import type { CORSRule } from '../../../model/types.gen.ts'
import { corsMethods } from './cors-rules.ts'

/** Source: S3 User Guide, "Elements of a CORS configuration", and S3 API Reference, CORSRule. */
const MOST_RULES = 100
const MOST_ID_CHARACTERS = 255

/** A name of a header. Others never match, and in an answer they would break it. Source: RFC 9110, 5.6.2. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/

/** Checks a configuration as S3 does; throws MalformedXML, InvalidArgument or InvalidRequest. */
export function checkCors(rules: readonly CORSRule[]): void {
  if (rules.length === 0) throw new S3Error('MalformedXML')
  if (rules.length > MOST_RULES) {
    throw invalid(`The number of CORS rules should not exceed allowed limit of ${MOST_RULES} rules.`)
  }
  for (const rule of rules) checkRule(rule)
}

function checkRule({ ID, AllowedOrigins, AllowedMethods, AllowedHeaders, ExposeHeaders }: CORSRule): void {
  if (AllowedOrigins.length === 0 || AllowedMethods.length === 0) throw new S3Error('MalformedXML')
  if (ID !== undefined && ID.length > MOST_ID_CHARACTERS) {
    const message = `ID length should not exceed allowed limit of ${MOST_ID_CHARACTERS}`
    throw new S3Error('InvalidArgument', {}, { message })
  }
  for (const method of AllowedMethods) checkMethod(method)
  for (const origin of AllowedOrigins) checkWildcards('AllowedOrigin', origin)
  for (const name of AllowedHeaders ?? []) {
    checkWildcards('AllowedHeader', name)
    checkName('AllowedHeader', name)
  }
  for (const name of ExposeHeaders ?? []) checkExposed(name)
}

function checkMethod(method: string): void {
  if (corsMethods.has(method)) return
  throw invalid(`Found unsupported HTTP method in CORS config. Unsupported method is ${method}`)
}

function checkWildcards(element: string, text: string): void {
  if (text.indexOf('*') === text.lastIndexOf('*')) return
  throw invalid(`${element} "${text}" can not have more than one wildcard.`)
}

function checkExposed(name: string): void {
  if (name.includes('*')) {
    const reason = 'We currently do not support wildcard for ExposeHeader.'
    throw invalid(`ExposeHeader "${name}" contains wildcard. ${reason}`)
  }
  checkName('ExposeHeader', name)
}

function checkName(element: string, name: string): void {
  if (!HEADER_NAME.test(name)) throw invalid(`${element} "${name}" contains invalid character.`)
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}
