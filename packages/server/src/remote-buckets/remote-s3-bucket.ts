import type { Clock } from '../base/clock.ts'
import type { SentBody } from '../http/http-client.ts'
import type { S3Source } from '../import/s3-source.ts'
import { mayPass, SourceError } from '../import/source-error.ts'
import { Bandwidth } from '../import/bandwidth.ts'
import type { ObjectRow } from '../metadata/tables/rows.ts'
import { checksumAlgorithm, headerName } from '../model/upload-checksum.ts'
import type { OutgoingAnnotation } from '../s3/operations/replication/outgoing-annotations.ts'
import type { OutgoingVersion, RemoteBucket } from '../s3/operations/replication/remote-bucket.ts'
import { isObject } from '../s3/shared/object/version-order.ts'
import {
  fitsIntoHeader,
  REPLICA_HEADER,
  shortened,
  writeReplicaStatement,
} from '../s3/shared/replicating/replica-statement.ts'
import type { Replicable } from '../s3/shared/replicating/replication-rules.ts'
import { changeElsewhere } from './change-elsewhere.ts'
import {
  descriptionOf,
  digestOf,
  hasLongTags,
  type Headers,
  statementOf,
  traitsOf,
} from './replica-headers.ts'
import { remoteFailure } from './remote-failure.ts'
import type { AskRemote, RemoteAnswer, RemoteRequest } from './remote-request.ts'
import { sendParts } from './send-parts.ts'

export interface RemoteS3Options {
  readonly source: S3Source
  /** What it is called there. */
  readonly bucket: string
  /** `undefined`: what the endpoint says of itself. */
  readonly isHoldfast: boolean | undefined
  readonly parallel: number
  readonly bytesPerSecond: number | undefined
  readonly clock: Clock
}

const MOST_ANSWER_BYTES = 8 * 1024 * 1024
/** Smaller ones are in memory whole anyway, and are sent with their own digest signed. */
const WHOLE_BYTES = 64 * 1024

/** A bucket of any S3. Between Holdfasts versions keep their ids and are taken once. */
export class RemoteS3Bucket implements RemoteBucket {
  readonly parallel: number
  readonly #options: RemoteS3Options
  readonly #bandwidth: Bandwidth | undefined
  #isHoldfast: boolean | undefined

  constructor(options: RemoteS3Options) {
    this.#options = options
    this.parallel = options.parallel
    this.#isHoldfast = options.isHoldfast
    const { clock, bytesPerSecond } = options
    this.#bandwidth = bytesPerSecond === undefined ? undefined : new Bandwidth(clock, bytesPerSecond)
  }

  async send(version: OutgoingVersion, what: Replicable, signal: AbortSignal): Promise<string | undefined> {
    const ask: AskRemote = (request) => this.#ask(request, signal)
    const isHoldfast = (this.#isHoldfast ??= await this.#looksLikeHoldfast(signal))
    const { row } = version
    if (!isObject(row)) return this.#sendMarker(version, isHoldfast, ask)
    if (isHoldfast) return this.#sendToHoldfast(version, row, what, ask)
    if (what === 'change') return changeElsewhere(version, row, ask, this.#options.clock.now())
    const headers = {
      ...descriptionOf(row, version.rule),
      ...traitsOf(row, version.rule, this.#options.clock.now()),
    }
    const id = await this.#sendObject(version, row, headers, ask).catch((error: unknown) => {
      if (!refusesAcls(error)) throw error
      const { 'x-amz-acl': _, ...others } = headers
      return this.#sendObject(version, row, others, ask)
    })
    if (hasLongTags(row))
      await changeElsewhere({ ...version, knownAs: id }, row, ask, this.#options.clock.now())
    return id
  }

  /** To a Holdfast alone: a store that knows no annotations takes the request for one about an object. */
  async sendAnnotation(
    { key, row }: OutgoingVersion,
    { name: annotationName, row: annotation, bytes: body }: OutgoingAnnotation,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (!(this.#isHoldfast ??= await this.#looksLikeHoldfast(signal))) return false
    const { order, versionId } = row
    const { modifiedMilliseconds, checksum } = annotation
    const said = { what: 'change', order, versionId, modifiedMilliseconds } as const
    const query = { annotation: '', annotationName }
    const headers = {
      [REPLICA_HEADER]: writeReplicaStatement(said),
      [headerName(checksumAlgorithm(checksum.algorithm))]: checksum.value,
    }
    await this.#ask({ doing: 'object', method: 'PUT', key, query, headers, body }, signal)
    return true
  }

  /** What is too long for a header comes as a change behind it; what has happened of it before does no harm. */
  async #sendToHoldfast(
    version: OutgoingVersion,
    row: ObjectRow & { readonly order: string },
    what: Replicable,
    ask: AskRemote,
  ): Promise<undefined> {
    const said = statementOf(row, version.rule, what)
    const whole = writeReplicaStatement(said)
    const isTooLong = !fitsIntoHeader(whole)
    const header = isTooLong ? writeReplicaStatement(shortened(said)) : whole
    const isSealed = row.encryption?.kind === 'AES256'
    const own = {
      [REPLICA_HEADER]: header,
      ...(isSealed && { 'x-amz-server-side-encryption': 'AES256' }),
    }
    if (what === 'change') {
      const body = isTooLong ? Buffer.from(JSON.stringify(said)) : new Uint8Array()
      await ask({ doing: 'tags', method: 'PUT', key: version.key, headers: own, body })
      return undefined
    }
    await this.#sendObject(version, row, { ...descriptionOf(row, version.rule), ...own }, ask)
    return isTooLong ? this.#sendToHoldfast(version, row, 'change', ask) : undefined
  }

  async #sendMarker(
    { key, row }: OutgoingVersion,
    isHoldfast: boolean,
    ask: AskRemote,
  ): Promise<string | undefined> {
    const { order, versionId, modifiedMilliseconds } = row
    const said = { what: 'version', order, versionId, modifiedMilliseconds } as const
    const headers: Headers = isHoldfast ? { [REPLICA_HEADER]: writeReplicaStatement(said) } : {}
    await ask({ doing: 'marker', method: 'DELETE', key, headers })
    return undefined
  }

  /** Resolves to the id that the answer tells. */
  async #sendObject(
    version: OutgoingVersion,
    row: ObjectRow & { readonly order: string },
    headers: Headers,
    ask: AskRemote,
  ): Promise<string | undefined> {
    const isHoldfast = this.#isHoldfast === true
    const parts = await version.parts()
    const throttle = (bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> =>
      this.#bandwidth?.through(bytes) ?? bytes
    if (parts) return sendParts({ version, row, parts, headers, isHoldfast, throttle }, ask)
    const answer = await version.withBytes(0, row.sizeBytes, async (bytes) => {
      const body = await bodyOf(throttle(bytes), row.sizeBytes)
      const digest = digestOf(row, isHoldfast)
      return ask({
        doing: 'object',
        method: 'PUT',
        key: version.key,
        headers: { ...headers, ...digest },
        body,
      })
    })
    return idOf(answer.headers)
  }

  async #ask(
    { doing, method, key, query, headers, body }: RemoteRequest,
    signal: AbortSignal,
  ): Promise<RemoteAnswer> {
    const { source, bucket } = this.#options
    const once = async () => {
      const answer = await source.ask(method, { bucket, key, ...(query && { query }) }, headers, body, signal)
      return { headers: answer.headers, text: await answer.whole(MOST_ANSWER_BYTES) }
    }
    try {
      return await once().catch((error: unknown) => {
        // A connection that was kept may have been closed just now; a body that was begun cannot be sent again.
        const mayRepeat = !(error instanceof SourceError) && mayPass(error) && !signal.aborted
        if (mayRepeat && (body === undefined || body instanceof Uint8Array)) return once()
        throw error
      })
    } catch (error) {
      throw remoteFailure(error, doing)
    }
  }

  /** Whatever it answers, it says who it is. */
  async #looksLikeHoldfast(signal: AbortSignal): Promise<boolean> {
    const { source, bucket } = this.#options
    try {
      const answer = await source.ask('HEAD', { bucket }, {}, undefined, signal)
      await answer.whole(0)
    } catch (error) {
      if (!(error instanceof SourceError) || error.isPassing) throw remoteFailure(error, 'object')
    }
    return source.serverName === 'Holdfast'
  }
}

function idOf(headers: RemoteAnswer['headers']): string | undefined {
  const id = headers['x-amz-version-id']
  return id === 'null' ? undefined : id
}

function refusesAcls(error: unknown): boolean {
  const { cause } = error instanceof Error ? error : {}
  return cause instanceof SourceError && cause.code === 'AccessControlListNotSupported'
}

async function bodyOf(bytes: AsyncIterable<Uint8Array>, sizeBytes: number): Promise<Uint8Array | SentBody> {
  if (sizeBytes > WHOLE_BYTES) return { bytes, sizeBytes }
  const whole = Buffer.allocUnsafe(sizeBytes)
  let at = 0
  for await (const chunk of bytes) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}
