import { hash } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import type { HttpAnswer, HttpClient, SentBody } from '../http/http-client.ts'
import { readXml, type XmlElement } from '../protocol/xml-reader.ts'
import { encodePath, encodeQueryText, type RequestSigner, signRequest } from '../signature/sign-request.ts'
import { SigningKeyCache } from '../signature/signing-key.ts'
import { retrying } from './retry.ts'
import { SourceError } from './source-error.ts'
import { textOf } from './xml-elements.ts'

/** What is asked for: the service, a bucket, or an object of it. */
export interface SourceAddress {
  readonly bucket?: string
  readonly key?: string
  /** An empty value is a name alone: `?acl`. */
  readonly query?: Readonly<Record<string, string | number | undefined>>
}

export interface S3SourceOptions {
  readonly client: HttpClient
  readonly origin: URL
  /** Absent: nobody signs. */
  readonly signer: RequestSigner | undefined
  readonly region: string
  readonly clock: Clock
  readonly random: Random
}

export type Setting =
  | { readonly kind: 'text'; readonly text: Buffer }
  | { readonly kind: 'none' | 'unknown' }
  | { readonly kind: 'refused'; readonly code: string }

const MOST_DOCUMENT_BYTES = 64 * 1024 * 1024
const USER_AGENT = 'Holdfast'
/** Of a body that is sent as it is read: a checksum among the signed headers says what it is. */
const UNSIGNED = 'UNSIGNED-PAYLOAD'

/** An S3 endpoint elsewhere, addressed by paths. */
export class S3Source {
  readonly #options: S3SourceOptions
  readonly #keys = new SigningKeyCache()
  #region: string
  /** What the server calls itself, once it has answered. */
  serverName = ''

  constructor(options: S3SourceOptions) {
    this.#options = options
    this.#region = options.region
  }

  /** MinIO knows no ACLs, and answers the same one for everything. */
  get isMinio(): boolean {
    return /^MinIO/i.test(this.serverName)
  }

  /** The answer, where it is a good one; its body is not read yet. One attempt, for those who try all of it again. */
  async ask(
    method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE',
    address: SourceAddress,
    headers: Readonly<Record<string, string>> = {},
    body?: Uint8Array | SentBody,
    signal?: AbortSignal,
  ): Promise<HttpAnswer> {
    const answer = await this.#send(method, address, headers, body, signal)
    this.serverName = answer.headers['server'] ?? ''
    if (answer.status >= 200 && answer.status < 300) return answer
    const error = await errorOf(answer)
    if (error.region === undefined || error.region === this.#region) throw error
    // Source: S3 API Reference, "Error responses": AuthorizationHeaderMalformed names the region that is expected.
    this.#region = error.region
    throw new SourceError(503, error.code, error.message)
  }

  /** The head of an answer. Tries again what may pass. */
  head(address: SourceAddress, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer['headers']> {
    return retrying(async () => {
      const answer = await this.ask('HEAD', address, headers)
      await answer.whole(0)
      return answer.headers
    }, this.#options)
  }

  /** A whole document. Tries again what may pass. */
  text(address: SourceAddress): Promise<Buffer> {
    return retrying(async () => (await this.ask('GET', address)).whole(MOST_DOCUMENT_BYTES), this.#options)
  }

  async document(address: SourceAddress): Promise<XmlElement> {
    return readXml(await this.text(address))
  }

  /**
   * A setting: its document, `none` where it is not set, `unknown` where the source knows no such setting, `refused` where
   * whoever signs may not read it.
   */
  async setting(address: SourceAddress): Promise<Setting> {
    try {
      return { kind: 'text', text: await this.text(address) }
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
      if (isUnknown(error)) return { kind: 'unknown' }
      if (error.code === 'AccessDenied') return { kind: 'refused', code: error.code }
      if (error.status === 404 && error.code !== 'NoSuchBucket') return { kind: 'none' }
      throw error
    }
  }

  #send(
    method: string,
    { bucket, key, query = {} }: SourceAddress,
    more: Readonly<Record<string, string>>,
    body: Uint8Array | SentBody | undefined,
    signal: AbortSignal | undefined,
  ): Promise<HttpAnswer> {
    const { origin, signer, client, clock } = this.#options
    const base = origin.pathname.replace(/\/$/, '')
    const path = `${base}/${bucket === undefined ? '' : encodePath(key === undefined ? bucket : `${bucket}/${key}`)}`
    const headers = { host: origin.host, 'user-agent': USER_AGENT, ...more }
    const head = { method, path, query: queryText(query), headers }
    if (!signer) return client.send(head, body, signal)
    const bodySha256 = body && (body instanceof Uint8Array ? hash('sha256', body, 'hex') : UNSIGNED)
    const signing = { region: this.#region, now: clock.now(), keys: this.#keys, bodySha256 }
    return client.send({ ...head, headers: signRequest(head, signer, signing) }, body, signal)
  }
}

function queryText(query: NonNullable<SourceAddress['query']>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  return given.map(([name, value]) => `${encodeQueryText(name)}=${encodeQueryText(String(value))}`).join('&')
}

function isUnknown({ status, code }: SourceError): boolean {
  return status === 501 || status === 405 || code === 'NotImplemented' || code === 'MethodNotAllowed'
}

/** What a document of an error says. */
export function errorIn(document: XmlElement, status: number): SourceError {
  const code = textOf(document, 'Code') ?? String(status)
  return new SourceError(status, code, textOf(document, 'Message') ?? '', textOf(document, 'Region'))
}

async function errorOf(answer: HttpAnswer): Promise<SourceError> {
  const { status } = answer
  try {
    return errorIn(readXml(await answer.whole(64 * 1024)), status)
  } catch {
    // An answer to HEAD has no document, and one of a proxy is none of S3's.
    answer.giveUp()
    return new SourceError(
      status,
      status === 404 ? 'NotFound' : String(status),
      `the source answered ${status}`,
    )
  }
}
