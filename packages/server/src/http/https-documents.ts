import * as https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { X509Certificate } from 'node:crypto'
import * as tls from 'node:tls'
import { errorCode } from '../base/storage-fault.ts'
import {
  type CodeForm,
  type ProviderDocuments,
  ProviderFailure,
  type ProviderTrust,
  type TokenEndpoint,
} from '../federation/provider-documents.ts'
import { isPrivateAddress, publicLookup } from './public-lookup.ts'

/** How long all of one document may take. */
const TIMEOUT_MILLISECONDS = 5000
const MOST_BYTES = 64 * 1024

interface HttpsDocumentsOptions {
  readonly timeoutMilliseconds?: number
  readonly lookup?: LookupFunction
}

/** How a server is reached, and whom it is believed to be. */
interface Reach {
  readonly signal: AbortSignal
  readonly lookup?: LookupFunction
  /** Instead of the authorities that are known to all. */
  readonly ca?: string
}

/** Reads what identity providers publish, over TLS alone, and follows no redirect. */
export class HttpsDocuments implements ProviderDocuments, TokenEndpoint {
  readonly #timeoutMilliseconds: number
  readonly #lookup: LookupFunction

  constructor({
    timeoutMilliseconds = TIMEOUT_MILLISECONDS,
    lookup = publicLookup(),
  }: HttpsDocumentsOptions = {}) {
    this.#timeoutMilliseconds = timeoutMilliseconds
    this.#lookup = lookup
  }

  read(url: URL, trust: ProviderTrust): Promise<Uint8Array> {
    return this.#ask(url, trust)
  }

  post(url: URL, sent: CodeForm, trust: ProviderTrust): Promise<Uint8Array> {
    return this.#ask(url, trust, sent)
  }

  /** A form goes to nobody who is not believed: trust comes before the first byte of it. */
  #ask(url: URL, trust: ProviderTrust, sent?: CodeForm): Promise<Uint8Array> {
    return this.#within(url, trust, async (reach) => {
      try {
        return await answerOf(url, reach, sent)
      } catch (error) {
        if (!isUnknownAuthority(error) || trust.thumbprints.length === 0) throw error
        const ca = await certificateOf(url, reach, trust.thumbprints)
        if (ca === undefined) throw error
        return await answerOf(url, { ...reach, ca }, sent)
      }
    })
  }

  topThumbprint(url: URL, trust: Pick<ProviderTrust, 'mayBePrivate'>): Promise<string> {
    return this.#within(url, trust, async (reach) => {
      const top = (await certificatesOf(url, reach)).at(-1)
      if (!top) throw new ProviderFailure('unusable', `${url.host} shows no certificate`)
      return thumbprintOf(top)
    })
  }

  async #within<Answer>(
    url: URL,
    { mayBePrivate }: Pick<ProviderTrust, 'mayBePrivate'>,
    ask: (reach: Reach) => Promise<Answer>,
  ): Promise<Answer> {
    // An address in the URL itself is never looked up.
    if (!mayBePrivate && isPrivateHost(url)) throw privateAddress(url)
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), this.#timeoutMilliseconds)
    try {
      return await ask({ signal: deadline.signal, ...(!mayBePrivate && { lookup: this.#lookup }) })
    } catch (error) {
      if (error instanceof ProviderFailure) throw error
      if (errorCode(error) === 'EPRIVATE') throw privateAddress(url)
      const code = deadline.signal.aborted ? 'no answer in time' : (errorCode(error) ?? 'broken off')
      throw new ProviderFailure('unreachable', `${url.host} could not be reached (${code})`, { cause: error })
    } finally {
      clearTimeout(timer)
    }
  }
}

function isPrivateHost({ hostname }: URL): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(address) !== 0 && isPrivateAddress(address)
}

function privateAddress({ host }: URL): ProviderFailure {
  const message = `${host} leads to a private address; "privateIdentityProviders" in the config allows that`
  return new ProviderFailure('unreachable', message)
}

function answerOf(url: URL, { signal, lookup, ca }: Reach, sent?: CodeForm): Promise<Uint8Array> {
  const options: https.RequestOptions = {
    method: sent ? 'POST' : 'GET',
    // A connection of its own, which nobody else's trust or address has anything to do with.
    agent: false,
    signal,
    headers: { accept: 'application/json', 'user-agent': 'Holdfast', ...(sent && headersOf(sent)) },
    ...(lookup && { lookup }),
    ...(ca !== undefined && { ca, allowPartialTrustChain: true }),
  }
  return new Promise((resolve, reject) => {
    const request = https.request(url, options, (answer) => {
      const { statusCode = 0 } = answer
      if (statusCode === 200) {
        collect(answer, url)
          .then(resolve, reject)
          .finally(() => request.destroy())
        return
      }
      request.destroy()
      const kind = statusCode >= 500 || statusCode === 429 ? 'unreachable' : 'unusable'
      reject(new ProviderFailure(kind, `${url.host} answered ${statusCode}`))
    })
    request.on('error', reject)
    request.end(sent?.form.toString())
  })
}

function headersOf({ authorization }: CodeForm): Record<string, string> {
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  return authorization === undefined ? type : { ...type, authorization }
}

async function collect(answer: AsyncIterable<Uint8Array>, { host }: URL): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of answer) {
    sizeBytes += chunk.length
    if (sizeBytes > MOST_BYTES) {
      throw new ProviderFailure('unusable', `${host} answered with more than 64 KiB`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Whether nobody known vouches for a server, which is not to say that it lies. */
function isUnknownAuthority(error: unknown): boolean {
  return UNKNOWN_AUTHORITY.has(errorCode(error) ?? '')
}

const UNKNOWN_AUTHORITY: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/**
 * The certificate that one of the thumbprints is of, in PEM. It vouches for the server in the connection that follows: names,
 * signatures and dates are checked then.
 */
async function certificateOf(
  url: URL,
  reach: Reach,
  thumbprints: readonly string[],
): Promise<string | undefined> {
  const wanted = new Set(thumbprints.map((thumbprint) => thumbprint.toLowerCase()))
  const certificates = await certificatesOf(url, reach)
  return certificates.find((certificate) => wanted.has(thumbprintOf(certificate)))?.toString()
}

function thumbprintOf({ fingerprint }: X509Certificate): string {
  return fingerprint.replaceAll(':', '').toLowerCase()
}

/** What a server shows, its own certificate first. Nothing is believed, and nothing sent. */
function certificatesOf(url: URL, { signal, lookup }: Reach): Promise<X509Certificate[]> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      host,
      port: Number(url.port || 443),
      rejectUnauthorized: false,
      ...(isIP(host) === 0 && { servername: host }),
      ...(lookup && { lookup }),
    })
    const abort = () => socket.destroy(new Error('no answer in time'))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    socket.on('error', reject)
    socket.on('close', () => {
      signal.removeEventListener('abort', abort)
      reject(new Error('broken off'))
    })
    socket.on('secureConnect', () => {
      resolve(chainOf(socket.getPeerCertificate(true)))
      socket.destroy()
    })
  })
}

const MOST_CERTIFICATES = 16

/** The last one is its own issuer, or its issuer was not shown. */
function chainOf(first: tls.DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = []
  let next: tls.DetailedPeerCertificate | undefined = first
  while (next?.raw && chain.length < MOST_CERTIFICATES) {
    chain.push(new X509Certificate(next.raw))
    next = next.issuerCertificate === next ? undefined : next.issuerCertificate
  }
  return chain
}
