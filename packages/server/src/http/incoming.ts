import type { RequestHead } from '../base/request-head.ts'
import type { BodySource, RequestBody } from '../model/body.ts'
import type { S3Error } from '../model/s3-error.ts'
import type { Route } from '../protocol/route.ts'
import type { Cancellable } from '../s3/shared/content/cancellable.ts'
import type { RequestFacts } from '../s3/shared/service/request-facts.ts'
import type { Credential } from '../signature/credential.ts'
import type { Authentication } from '../signature/verify-signature.ts'
import type { Admission } from './admission.ts'
import type { HeldDocument } from './document-budget.ts'
import type { RequestTrail } from './request-trail.ts'

/** What the socket tells of a request. */
export type Connection = Pick<
  RequestFacts,
  'remoteAddress' | 'isSecure' | 'tlsVersion' | 'requestId' | 'hostId'
>

/** Who waits for the answer. */
export interface Client extends Cancellable {
  /** What is answered for whatever was thrown; the log is told of faults. */
  errorOf(error: unknown): S3Error
}

/** One request on its way through. */
export interface Incoming {
  readonly head: RequestHead
  /** When its head was there. */
  readonly receivedAt: Date
  /** The body as it comes from the socket. */
  readonly source: BodySource
  /** Collects the body where it is a document, within what all documents may take. */
  readonly document: HeldDocument
  /** What is left of the body once the fields of a form have been taken off. */
  readonly file?: RequestBody
  readonly connection: Connection
  readonly client: Client
  /** Absent where nothing is limited. */
  readonly admission?: Admission | undefined
  /** Told what becomes known, for metrics and logs. */
  readonly trail: RequestTrail
}

/** A request, what it asks for, and who it is from. */
export interface SignedRequest<Found extends Credential> {
  readonly incoming: Incoming
  readonly target: Route
  readonly authentication: Authentication<Found>
}
