import type { HttpAnswer, SentBody } from '../http/http-client.ts'
import type { SourceAddress } from '../import/s3-source.ts'
import type { Doing } from './remote-failure.ts'
import type { Headers } from './replica-headers.ts'

/** A request to a bucket elsewhere; `doing` names it in failures. */
export interface RemoteRequest {
  readonly doing: Doing
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly key: string
  readonly query?: SourceAddress['query']
  readonly headers?: Headers
  readonly body?: Uint8Array | SentBody
}

/** Sends one, and reads its answer to the end. */
export type AskRemote = (request: RemoteRequest) => Promise<RemoteAnswer>

export interface RemoteAnswer {
  readonly headers: HttpAnswer['headers']
  readonly text: Buffer
}
