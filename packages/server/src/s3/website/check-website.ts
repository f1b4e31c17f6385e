import { assertKeyLength } from '../../model/key-length.ts'
import { S3Error } from '../../model/s3-error.ts'
import type { Condition, Redirect, RoutingRule, WebsiteConfiguration } from '../../model/types.gen.ts'

/** Source: S3 API Reference, PutBucketWebsite. */
const MOST_RULES = 50

/** What may stand in a `Location` between the protocol and the path; a line break would end the header. */
const HOST_NAME = /^[\x21-\x7e]+$/

/**
 * Checks a configuration as S3 does; throws MalformedXML, InvalidArgument or InvalidRequest. Sources: S3 API Reference,
 * PutBucketWebsite and its types; S3 User Guide, "Configuring a webpage redirect", "Routing rule elements".
 */
export function checkWebsite(website: WebsiteConfiguration): void {
  const { IndexDocument, ErrorDocument, RedirectAllRequestsTo, RoutingRules } = website
  if (RedirectAllRequestsTo) {
    if (IndexDocument ?? ErrorDocument ?? RoutingRules) {
      const message = 'RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.'
      throw invalidArgument('RedirectAllRequestsTo', 'not null', message)
    }
    checkTarget(RedirectAllRequestsTo)
    return
  }
  checkIndex(IndexDocument?.Suffix)
  if (ErrorDocument) checkErrorKey(ErrorDocument.Key)
  if (RoutingRules) checkRules(RoutingRules)
}

function checkIndex(suffix: string | undefined): void {
  if (suffix === undefined) {
    const message = 'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty'
    throw invalidArgument('IndexDocument', 'null', message)
  }
  if (suffix === '' || suffix.includes('/')) {
    throw invalidArgument('IndexDocument', suffix, 'The IndexDocument Suffix is not well formed')
  }
  assertKeyLength(suffix)
}

function checkErrorKey(key: string): void {
  if (key === '') throw invalidArgument('ErrorDocument', key, 'The ErrorDocument Key is not well formed')
  assertKeyLength(key)
}

function checkRules(rules: readonly RoutingRule[]): void {
  if (rules.length === 0) throw new S3Error('MalformedXML')
  if (rules.length > MOST_RULES) {
    throw invalid(
      `${rules.length} routing rules provided, the number of routing rules in a website configuration is limited to ${MOST_RULES}.`,
    )
  }
  for (const { Condition, Redirect } of rules) {
    if (Condition) checkCondition(Condition)
    checkRedirect(Redirect)
  }
}

function checkCondition({ KeyPrefixEquals, HttpErrorCodeReturnedEquals: code }: Condition): void {
  if (KeyPrefixEquals === undefined && code === undefined) {
    throw invalid(
      "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
    )
  }
  if (code === undefined || isStatus(code, 400, 599)) return
  throw invalid(`The provided HTTP error code (${code}) is not valid. Valid codes are 4XX or 5XX.`)
}

function checkRedirect(redirect: Redirect): void {
  const { HttpRedirectCode: code, ReplaceKeyPrefixWith, ReplaceKeyWith } = redirect
  if (Object.values(redirect).every((value) => value === undefined)) throw new S3Error('MalformedXML')
  if (ReplaceKeyPrefixWith !== undefined && ReplaceKeyWith !== undefined) {
    throw invalid('You can only define ReplaceKeyPrefix or ReplaceKey but not both.')
  }
  if (code !== undefined && !isStatus(code, 301, 399)) {
    throw invalid(`The provided HTTP redirect code (${code}) is not valid. Valid codes are 3XX except 300.`)
  }
  checkTarget(redirect)
}

function checkTarget({ HostName, Protocol }: Pick<Redirect, 'HostName' | 'Protocol'>): void {
  if (HostName !== undefined && !HOST_NAME.test(HostName)) {
    throw invalid(
      'The HostName cannot be blank and must be a valid host name. To redirect within the same domain, the element should not be present.',
    )
  }
  if (Protocol === undefined || Protocol === 'http' || Protocol === 'https') return
  throw invalid(
    'Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.',
  )
}

/** Throws MalformedXML for what is no number. */
function isStatus(code: string, least: number, most: number): boolean {
  if (!/^\d{1,9}$/.test(code)) throw new S3Error('MalformedXML')
  return /^\d{3}$/.test(code) && Number(code) >= least && Number(code) <= most
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}

function invalidArgument(name: string, value: string, message: string): S3Error {
  return new S3Error('InvalidArgument', { ArgumentName: name, ArgumentValue: value }, { message })
}
