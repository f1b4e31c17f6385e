import type * as http from 'node:http'
import type { Socket } from 'node:net'
import type { Denials } from '../administration/denials.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Log } from '../base/log.ts'
import type { RequestHead } from '../base/request-head.ts'
import { StorageFault } from '../base/storage-fault.ts'
import { newRequestId } from '../base/request-id.ts'
import { S3Error } from '../model/s3-error.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import { errorDocument } from '../protocol/error-document.ts'
import { isControlRequest } from '../protocol/control-route.ts'
import { type WebsiteAddress, websiteOf } from '../protocol/website-address.ts'
import type { Admission } from './admission.ts'
import type { Admissions } from './admissions.ts'
import { ambiguityOf } from './ambiguity.ts'
import { type AuditedRequest, auditRecord, denialOf } from './audit-request.ts'
import { answerWebsite, type Failures } from './answer-website.ts'
import { NO_PAGE_HEADERS } from './console-door.ts'
import { corsHeadersOf } from './cors-headers-of.ts'
import { answerEarly } from './early-answer.ts'
import type { Forwarded, TrustedProxies } from './trusted-proxies.ts'
import { abortedWithout } from './aborted-without.ts'
import { faultToS3Error, isOurs } from './fault-to-s3-error.ts'
import { connectionOf } from './connection-of.ts'
import type { Client, Connection, Incoming } from './incoming.ts'
import { type CountedAnswer, countAnswer, noteRequest } from './note-request.ts'
import { answerOtherApi, mayBeOther, type OtherApis } from './other-apis.ts'
import { prepare } from './pipeline.ts'
import type { CallWitness } from './query-api.ts'
import { logRequest } from './log-request.ts'
import { lingerAtClose } from './linger.ts'
import { encodeRefusal } from './encode-refusal.ts'
import { requestHead } from './request-head.ts'
import { reasonsOf } from './reasons-of.ts'
import { RequestSource } from './request-source.ts'
import { RequestTrail } from './request-trail.ts'
import { type MetricsSources } from './server-metrics.ts'
import { websitePage } from './website-page.ts'
import { writeResponse } from './write-response.ts'
import { type DocumentBudget, HeldDocument } from './document-budget.ts'
import type { SlowBodies } from './slow-bodies.ts'
import type { Timeouts } from './timeouts.ts'

/** Nobody is answered with it: it tells in the metrics and the logs what became of a request. So does nginx. */
const CLIENT_GONE = 499

/** What all requests of a server have in common. */
export interface ExchangeSetting extends OtherApis {
  /** Absent where nobody is believed what they say of others. */
  readonly proxies?: TrustedProxies | undefined
  readonly log: Log
  /** Whether the log takes each request; asking it every time costs a fiftieth of a GET. */
  readonly logsRequests: boolean
  readonly metrics?: MetricsSources | undefined
  /** Absent where requests are not told of. */
  readonly audit?: AuditLog | undefined
  /** Absent where nothing is limited. */
  readonly admissions?: Admissions | undefined
  /** Where refused requests are kept for who asks why. */
  readonly denials?: Denials | undefined
  /** Tells one server's answers from another's in `x-amz-id-2`. */
  readonly hostId: string
  readonly documents: DocumentBudget
  readonly slowBodies: SlowBodies
  readonly timeouts: Pick<Timeouts, 'lingerMilliseconds'>
}

/** One request and its answer. */
export class Exchange implements Client {
  /** With the host that the client used, where a trusted proxy tells it. */
  readonly head: RequestHead
  /** Why it is not even looked at. */
  ambiguity: S3Error | undefined
  /** The website that the host names. */
  readonly website: WebsiteAddress | undefined
  /** Whether a trusted proxy speaks for the client. */
  readonly isForwarded: boolean
  readonly #request: http.IncomingMessage
  readonly #response: http.ServerResponse
  readonly #options: ExchangeSetting
  readonly #source: RequestSource
  readonly #document: HeldDocument
  readonly #receivedAt: Date
  /** Of the time that nobody sets. */
  readonly #startedElapsedMilliseconds: number
  readonly #trail: RequestTrail
  readonly #connection: Connection
  readonly #admission: Admission | undefined
  #errorCode: string | undefined
  /** Worked out for the audit log, and for who asks why. */
  #refusedBy: readonly string[] | undefined
  #answer: CountedAnswer | undefined
  /** Asked for by an Origin header. */
  #cors: Readonly<Record<string, string>> | undefined
  #aborted: AbortController | undefined
  /** Whether it is our fault that an answer that had begun did not end. */
  #isBroken = false

  constructor(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    sendContinue: () => void,
    options: ExchangeSetting,
  ) {
    this.#request = request
    this.#response = response
    this.#options = options
    const { clock, random } = options.pipeline.service
    this.#receivedAt = clock.now()
    this.#startedElapsedMilliseconds = clock.elapsedMilliseconds()
    const head = requestHead(request)
    const forwarded = this.#forwardedBy(request.socket, head)
    this.isForwarded = forwarded !== undefined
    const host = forwarded?.host
    this.head = host === undefined ? head : { ...head, headers: { ...head.headers, host } }
    this.ambiguity ??= ambiguityOf(this.head)
    const { headerSignedOnly } = options.door
    this.website = headerSignedOnly
      ? undefined
      : websiteOf(this.head.headers['host'], options.pipeline.websites)
    this.#source = new RequestSource(request, options.slowBodies, sendContinue)
    this.#document = new HeldDocument(options.documents, this.#source)
    this.#trail = new RequestTrail(request, clock, options.metrics?.buckets !== undefined)
    const requestId = newRequestId(random)
    const { hostId } = options
    this.#connection = connectionOf(request.socket, forwarded, { requestId, hostId })
    this.#admission = options.admissions?.begin(this.#connection.remoteAddress)
    this.#source.admission = this.#admission
  }

  #forwardedBy({ remoteAddress }: Socket, { headers }: RequestHead): Forwarded | undefined {
    try {
      return this.#options.proxies?.forwardedBy(remoteAddress, headers)
    } catch (error) {
      this.ambiguity = faultToS3Error(error)
      return undefined
    }
  }

  get signal(): AbortSignal {
    this.#aborted ??= abortedWithout(this.#response)
    return this.#aborted.signal
  }

  /** What came is no HTTP any more: a body that it cut off fails, and the answer is the last on this connection. */
  brokenOff(): void {
    this.#response.shouldKeepAlive = false
    if (!this.#source.isConsumed) this.#source.fail(new S3Error('IncompleteBody'))
  }

  /** Nothing was sent or received for too long. Work of ours that takes its time is no reason to end a connection. */
  timedOut(): void {
    if (this.#source.isConsumed) {
      if (this.#response.headersSent && !this.#admission?.isHolding) this.#response.destroy()
    } else if (this.#source.isWaiting) {
      this.#source.fail(new S3Error('RequestTimeout'))
    } else {
      // The client is held back, by a slow disk perhaps: its time begins anew.
      this.#source.beginTime()
    }
  }

  async answer(isDraining: boolean): Promise<void> {
    const { audit } = this.#options
    try {
      const encoded =
        isDraining || audit?.refuses ? this.#refuse(new S3Error('ServiceUnavailable')) : await this.#encoded()
      const streaming = encoded && this.#send(encoded)
      if (streaming) await streaming
    } finally {
      this.#document.release()
      this.#admission?.leave()
      audit?.note(auditRecord(this.#audited()))
      if (this.#errorCode !== undefined && this.#status === 403) {
        this.#options.denials?.note(denialOf(this.#audited()))
      }
    }
  }

  #audited(): AuditedRequest {
    return {
      trail: this.#trail,
      head: this.head,
      connection: this.#connection,
      startedMilliseconds: this.#receivedAt.getTime(),
      status: this.#status,
      errorCode: this.#errorCode,
      refusedBy: this.#refusedBy,
    }
  }

  #send(encoded: EncodedResponse): Promise<void> | undefined {
    this.#addCommonHeaders(encoded.headers)
    if (!this.#source.isConsumed && this.#hasBody()) {
      encoded.headers['Connection'] = 'close'
      const { pipeline, timeouts } = this.#options
      lingerAtClose(this.#request.socket, timeouts.lingerMilliseconds, pipeline.service.clock)
    }
    if (this.#trail.logged || this.#trail.measured) {
      this.#answer = countAnswer(encoded, this.head.method === 'HEAD', this.#trail.now())
    }
    const holding = this.head.method === 'HEAD' ? undefined : this.#admission?.holdBack(encoded)
    return holding ? holding.then(() => this.#write(encoded)) : this.#write(encoded)
  }

  #write(encoded: EncodedResponse): Promise<void> | undefined {
    try {
      return writeResponse(this.#response, encoded, this.head.method === 'HEAD')?.catch((error: unknown) =>
        this.#breakOff(error),
      )
    } catch (error) {
      this.#breakOff(error)
      return undefined
    }
  }

  /** The head is out: an unfinished body is all that can tell the client. */
  #breakOff(error: unknown): void {
    // What was being written to a connection that ended fails before its answer is told of the end.
    if (this.#request.socket.destroyed) this.#response.destroy()
    this.#logFault(error)
    this.#isBroken = !this.#isGone
    this.#response.destroy()
  }

  async #encoded(): Promise<EncodedResponse | undefined> {
    const { pipeline } = this.#options
    const incoming: Incoming = {
      head: this.head,
      receivedAt: this.#receivedAt,
      source: this.#source,
      document: this.#document,
      connection: this.#connection,
      client: this,
      admission: this.#admission,
      trail: this.#trail,
    }
    try {
      if (this.ambiguity) throw this.ambiguity
      if (!this.website && mayBeOther(this.head, this.#options.door)) {
        const answer = await answerOtherApi(this.#options, incoming, this.#witness())
        if (answer) return answer
      }
      if (this.head.headers['origin'] !== undefined && !this.#options.door.headerSignedOnly) {
        this.#cors = await corsHeadersOf(pipeline, this.head, this.website)
      }
      if (this.website) return await answerWebsite(pipeline, this.website, incoming, this.#failures())
      const preparing = prepare(pipeline, incoming)
      const prepared = preparing instanceof Promise ? await preparing : preparing
      if (!prepared.answersEarly) return await prepared.run()
      const documentOfError = (error: unknown): string =>
        errorDocument(this.#answerOf(error), this.#failedRequest())
      const headers = this.#addCommonHeaders({})
      return await answerEarly(
        this.#response,
        headers,
        pipeline.service.clock,
        prepared.run(),
        documentOfError,
      )
    } catch (thrown) {
      const error = this.#admission ? await this.#admission.asStranger(thrown) : thrown
      await this.#trail.lookUp(pipeline.service.stores)
      return this.#refuse(error)
    }
  }

  #witness(): CallWitness {
    return {
      operation: (name) => void (this.#trail.operation = name),
      described: (description) => void (this.#trail.description = description),
      refused: (code, reason) => {
        this.#errorCode = code
        if (reason !== undefined) this.#refusedBy = [reason]
      },
      fault: (fault) => this.#logFault(fault),
    }
  }

  #refuse(error: unknown): EncodedResponse {
    const answer = this.#answerOf(error)
    const request = this.#failedRequest()
    if (this.website) return websitePage(answer, request)
    return encodeRefusal(
      answer,
      request,
      this.#trail.operation,
      this.#options.pipeline.service.settings.region,
    )
  }

  #failures(): Failures {
    return { request: this.#failedRequest(), errorOf: (fault) => this.#answerOf(fault) }
  }

  #answerOf(error: unknown): S3Error {
    const answer = this.errorOf(error)
    if (answer.status >= 400 && !this.#isGone) {
      this.#errorCode = answer.code
      if (this.#options.audit ?? answer.status === 403) this.#refusedBy = reasonsOf(answer)
    }
    return answer
  }

  errorOf(error: unknown): S3Error {
    const answer = faultToS3Error(error)
    if (this.#isGone || isOurs(answer)) this.#logFault(error)
    else if (this.#options.log.isLevelEnabled('debug'))
      this.#options.log.debug(
        { requestId: this.#connection.requestId, code: answer.code, reasons: reasonsOf(answer) },
        'refused',
      )
    return answer
  }

  #logFault(error: unknown): void {
    const { log } = this.#options
    const fields = { requestId: this.#connection.requestId, operation: this.#trail.operation, err: error }
    if (error instanceof StorageFault) log.error(fields, 'storage fault')
    else if (this.#isGone) log.debug(fields, 'what came of it that the client went away')
    else log.error(fields, 'request failed')
  }

  #failedRequest() {
    return {
      requestId: this.#connection.requestId,
      hostId: this.#connection.hostId,
      resource: this.head.path,
      method: this.head.method,
      isControl: isControlRequest(this.head),
    }
  }

  #addCommonHeaders(headers: Record<string, string>): Record<string, string> {
    headers['x-amz-request-id'] = this.#connection.requestId
    headers['x-amz-id-2'] = this.#connection.hostId
    headers['Server'] = 'Holdfast'
    if (this.#cors) Object.assign(headers, this.#cors)
    if (this.#options.door.headerSignedOnly) {
      Object.assign(headers, NO_PAGE_HEADERS)
      headers['Cache-Control'] ??= 'no-store'
    }
    return headers
  }

  /** Whether the client went away before it had its answer. */
  get #isGone(): boolean {
    return this.#response.destroyed && !this.#isBroken
  }

  /** What the request came to, which may be something else than the head of the answer says. */
  get #status(): number {
    if (this.#isBroken) return 500
    return this.#isGone ? CLIENT_GONE : this.#response.statusCode
  }

  #noteAnswered(milliseconds: number): void {
    const { pipeline, metrics } = this.#options
    const answered = {
      trail: this.#trail,
      head: this.head,
      httpVersion: this.#request.httpVersion,
      socket: this.#request.socket,
      connection: this.#connection,
      startedMilliseconds: this.#receivedAt.getTime(),
      status: this.#response.headersSent ? this.#response.statusCode : this.#status,
      errorCode: this.#errorCode,
      answer: this.#answer,
    }
    noteRequest(pipeline.service, answered)
    metrics?.buckets?.note(pipeline.service, answered, milliseconds, this.#source.receivedBytes)
  }

  #hasBody(): boolean {
    const { headers } = this.head
    return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  }

  /** Logs the request, and lets pass what a client is still sending. */
  finish(): void {
    const { log, metrics, pipeline } = this.#options
    const milliseconds = pipeline.service.clock.elapsedMilliseconds() - this.#startedElapsedMilliseconds
    const { logged, measured, notes } = this.#trail
    if (logged || measured || notes) this.#noteAnswered(milliseconds)
    metrics?.requests.observe(this.#trail.operation, this.#status, milliseconds)
    if (this.#isGone) {
      const { operation } = this.#trail
      log.info({ requestId: this.#connection.requestId, operation }, 'the client went away')
    }
    if (this.#options.logsRequests) {
      const milliseconds = this.#trail.now() - this.#receivedAt.getTime()
      logRequest(log, this.#failedRequest(), this.#trail, { status: this.#status, milliseconds })
    }
    if (!this.#source.isConsumed && !this.#request.destroyed) this.#request.resume()
  }
}
