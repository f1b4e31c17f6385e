import type { RequestHead } from '../base/request-head.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import { CONSOLE_PATH, type ConsoleFiles } from './console-files.ts'
import type { ConsoleHosts } from './console-hosts.ts'
import type { AddressLink } from './address-link.ts'
import type { Door } from './door.ts'

/** What the console has to know before anybody has signed in, besides where S3 is. Strangers may read it. */
export interface ConsoleSettings {
  readonly version: string
  readonly region: string
  readonly signIn: {
    readonly password: boolean
    readonly providers: readonly { readonly id: string; readonly name: string }[]
  }
}

export interface ConsoleDoorSetting {
  readonly files: ConsoleFiles
  readonly hosts: ConsoleHosts
  readonly settings: ConsoleSettings
  /** The way to S3's own address, which presigned links lead to. */
  readonly s3Link: AddressLink
}

/**
 * Scripts and styles are files of the console alone, and nothing may be sent anywhere else. What is looked at of objects is made
 * by its scripts (`blob:`), in frames that run nothing; sound and films, which run nothing either, are played from S3's address. No text
 * becomes a node of the page, but as XML that is read.
 */
const pagePolicy = (s3Url: string | undefined): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    `media-src 'self' blob:${policySource(s3Url)}`,
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "frame-src 'self' blob:",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types xml',
  ].join('; ')

/** Policies know no addresses of IPv6. Source: https://www.w3.org/TR/CSP3/#grammardef-host-part */
function policySource(url: string | undefined): string {
  return url === undefined || url.includes('[') ? '' : ` ${new URL(url).origin}`
}

/** On all answers of the console's address: what is no file of the console is no page, whatever it says it is. */
export const NO_PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** The console's address: its files, and the APIs for those alone who sign in the header. */
export function consoleDoor({ files, hosts, settings, s3Link }: ConsoleDoorSetting): Door {
  const answer = (
    head: RequestHead,
    localAddress: () => string | undefined,
  ): Promise<EncodedResponse> | EncodedResponse | undefined => {
    const { path, headers } = head
    if (!hosts.has(headers['host'])) return INVALID_HOST
    const isRead = head.method === 'GET' || head.method === 'HEAD'
    if (path === '/' && isRead && headers['authorization'] === undefined) return TO_CONSOLE
    if (`${path}/` === CONSOLE_PATH) return isRead ? TO_CONSOLE : READ_ONLY
    if (!path.startsWith(CONSOLE_PATH)) return undefined
    if (!isRead) return READ_ONLY
    const s3Url = s3Link.urlFor(headers['host'], localAddress())
    if (path === `${CONSOLE_PATH}settings.json`) return json({ ...settings, s3Url })
    return files.answer(head).then((file) => withPolicy(file, s3Url))
  }
  return {
    headerSignedOnly: true,
    answer(head, connection) {
      const answered = answer(head, () => connection?.localAddress)
      if (answered instanceof Promise) return answered.then(guarded)
      return answered && guarded(answered)
    },
  }
}

const PLAIN = { 'Content-Type': 'text/plain; charset=utf-8' }
const TO_CONSOLE: EncodedResponse = { status: 302, headers: { Location: CONSOLE_PATH }, body: '' }
const READ_ONLY: EncodedResponse = {
  status: 405,
  headers: { ...PLAIN, Allow: 'GET, HEAD' },
  body: 'files are read\n',
}
const INVALID_HOST: EncodedResponse = {
  status: 421,
  headers: PLAIN,
  body: 'InvalidHost: the console does not answer to this name; give it as console.url in the config\n',
}

function json(value: object): EncodedResponse {
  const body = JSON.stringify(value)
  return { status: 200, headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' }, body }
}

function withPolicy(answer: EncodedResponse, s3Url: string | undefined): EncodedResponse {
  return { ...answer, headers: { ...answer.headers, 'Content-Security-Policy': pagePolicy(s3Url) } }
}

/** A new object each time: whoever sends it adds to the headers. */
function guarded(answer: EncodedResponse): EncodedResponse {
  return { ...answer, headers: { ...NO_PAGE_HEADERS, Server: 'Holdfast', ...answer.headers } }
}
