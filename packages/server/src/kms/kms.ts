import { JsonFault, readJson } from '../base/read-json.ts'
import { KeyServiceFault } from '../encryption/key-service-fault.ts'
import { KmsError } from './shared/kms-error.ts'
import type { KmsCaller, KmsService } from './shared/kms-service.ts'
import { kmsOperations } from './kms-operations.ts'

/** One request of the JSON protocol. */
export interface KmsRequest {
  readonly operation: string
  readonly body: Uint8Array
  readonly caller: KmsCaller
}

export interface KmsAnswer {
  readonly status: number
  readonly body: string
  /** Why it failed, for the log, where that is nothing the client did. */
  readonly fault?: unknown
}

/** Answers a request of AWS KMS's JSON API. Never throws: what fails is an answer too. */
export async function answerKms(
  service: KmsService,
  { operation, body, caller }: KmsRequest,
): Promise<KmsAnswer> {
  try {
    const found = kmsOperations.get(operation)
    if (!found) throw new KmsError('UnknownOperationException')
    return { status: 200, body: JSON.stringify(await found.run(parse(body), { service, caller })) }
  } catch (fault) {
    const error = asKmsError(fault)
    const isOurs = error.status >= 500
    return { status: error.status, body: errorBody(error.code, error.message), ...(isOurs && { fault }) }
  }
}

/** The body of an error in the JSON protocol; both spellings of the message, as KMS uses them by turns. */
function errorBody(code: string, message: string): string {
  return JSON.stringify({ __type: code, ...(message !== '' && { message, Message: message }) })
}

/** What KMS answers for whatever was thrown. A 5xx says nothing of the inside. */
export function asKmsError(fault: unknown): KmsError {
  if (fault instanceof KmsError) return fault
  if (fault instanceof KeyServiceFault && fault.kind === 'unavailable') {
    return new KmsError('DependencyTimeoutException', 'The key management engine does not answer.', {
      cause: fault,
    })
  }
  return new KmsError('KMSInternalException', 'An internal error occurred.', { cause: fault })
}

function parse(body: Uint8Array): unknown {
  if (body.length === 0) return {}
  try {
    return readJson(body)
  } catch (cause) {
    if (!(cause instanceof JsonFault)) throw cause
    throw new KmsError('SerializationException', cause.message, { cause })
  }
}
