import type { OperationName, OperationOutputs } from '../model/types.gen.ts'
import { outputCodec, type EncodedResponse } from './output-codec.ts'

export type { EncodedResponse } from './output-codec.ts'

/**
 * Makes the answer of an operation from its output. A document starts with the XML declaration, which an answer that
 * begins before its result may send ahead.
 */
export function encodeOutput<Name extends OperationName>(
  operation: Name,
  output: OperationOutputs[Name],
): EncodedResponse {
  const codec = outputCodec(operation)
  const response: EncodedResponse = { status: codec.status, headers: {} }
  const values = output as Readonly<Record<string, unknown>>
  for (const member of Object.keys(output)) {
    const value = values[member]
    if (value !== undefined) codec.members.get(member)?.(value, response)
  }
  if (codec.document !== undefined) {
    response.headers['Content-Type'] = 'application/xml'
    response.body = codec.document(output)
  }
  return response
}
