import type { OperationInputs, OperationName } from '../model/types.gen.ts'
import { encodeOutput, type EncodedResponse } from '../protocol/encode.ts'
import type { AccessTarget } from '../s3/shared/service/access-target.ts'
import type { Operation, OperationContext } from '../s3/shared/service/operation.ts'
import { hideMissingKey } from '../s3/shared/deciding/hide-missing-key.ts'

/** Does what was let in, and makes its answer. Whatever fails is thrown. */
export async function runOperation<Name extends OperationName>(
  operation: Operation<Name>,
  input: OperationInputs[Name],
  context: OperationContext,
  target: AccessTarget | undefined,
): Promise<EncodedResponse> {
  try {
    return encodeOutput(operation.name, await operation.handle(input, context))
  } catch (error) {
    const hides = operation.access.on === 'object' && !operation.hidesMissingKeys
    throw hides ? await hideMissingKey(error, context, target) : error
  }
}
