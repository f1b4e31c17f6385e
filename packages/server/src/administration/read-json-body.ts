import { JsonFault, readJson } from '../base/read-json.ts'
import { invalidRequest } from './administration-error.ts'

/** What a request brings. Throws InvalidRequest for what is no JSON. */
export function readJsonBody(body: Uint8Array): unknown {
  try {
    return readJson(body)
  } catch (cause) {
    if (cause instanceof JsonFault) throw invalidRequest(`The body has to be JSON: ${cause.message}`)
    throw cause
  }
}
