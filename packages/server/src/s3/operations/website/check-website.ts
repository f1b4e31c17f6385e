import { assertKeyLength } from '../../../model/key-length.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { Condition, Redirect, RoutingRule, WebsiteConfiguration } from '../../../model/types.gen.ts'

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
      const message = 'RedirectAllRequestsTo stands alone in a website configuration.'
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
    const message = 'A website configuration needs an IndexDocument or RedirectAllRequestsTo.'
    throw invalidArgument('IndexDocument', 'null', message)
  }
  if (suffix === '' || suffix.includes('/')) {
    throw invalidArgument(
      'IndexDocument',
      suffix,
      'The suffix of the index document must not be empty and must not contain a slash.',
    )
  }
  assertKeyLength(suffix)
}

function checkErrorKey(key: string): void {
  if (key === '')
    throw invalidArgument('ErrorDocument', key, 'The key of the error document must not be empty.')
  assertKeyLength(key)
}

function checkRules(rules: readonly RoutingRule[]): void {
  if (rules.length === 0) throw new S3Error('MalformedXML')
  if (rules.length > MOST_RULES) {
    throw invalid(`A website configuration has at most ${MOST_RULES} routing rules, not ${rules.length}.`)
  }
  for (const { Condition, Redirect } of rules) {
    if (Condition) checkCondition(Condition)
    checkRedirect(Redirect)
  }
}

function checkCondition({ KeyPrefixEquals, HttpErrorCodeReturnedEquals: code }: Condition): void {
  if (KeyPrefixEquals === undefined && code === undefined) {
    throw invalid(
      'A Condition needs KeyPrefixEquals or HttpErrorCodeReturnedEquals. Leave it out for a rule that always holds.',
    )
  }
  if (code === undefined || isStatus(code, 400, 599)) return
  throw invalid(`HttpErrorCodeReturnedEquals has to be from 400 to 599, not ${code}.`)
}

function checkRedirect(redirect: Redirect): void {
  const { HttpRedirectCode: code, ReplaceKeyPrefixWith, ReplaceKeyWith } = redirect
  if (Object.values(redirect).every((value) => value === undefined)) throw new S3Error('MalformedXML')
  if (ReplaceKeyPrefixWith !== undefined && ReplaceKeyWith !== undefined) {
    throw invalid('A Redirect has ReplaceKeyWith or ReplaceKeyPrefixWith, not both.')
  }
  if (code !== undefined && !isStatus(code, 301, 399)) {
    throw invalid(`HttpRedirectCode has to be from 301 to 399, not ${code}.`)
  }
  checkTarget(redirect)
}

function checkTarget({ HostName, Protocol }: Pick<Redirect, 'HostName' | 'Protocol'>): void {
  if (HostName !== undefined && !HOST_NAME.test(HostName)) {
    throw invalid('HostName has to be a host name. Leave it out to stay on the same host.')
  }
  if (Protocol === undefined || Protocol === 'http' || Protocol === 'https') return
  throw invalid('Protocol has to be http or https. Leave it out to keep that of the request.')
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
