import { answerKms } from '../kms/kms.ts'
import { kmsOperations } from '../kms/kms-operations.ts'
import type { KmsService } from '../kms/shared/kms-service.ts'
import { accountOf } from '../access/principal.ts'
import { assert } from '../base/assert.ts'
import type { JsonApi } from './json-api.ts'

/** AWS KMS beside S3, on the same port. */
export function kmsApi(service: KmsService): JsonApi {
  return {
    service: 'kms',
    targetPrefix: 'TrentService',
    contentType: 'application/x-amz-json-1.1',
    has: (operation) => kmsOperations.has(operation),
    answer({ operation, body, caller, conditions, requestId }) {
      const { principal } = caller
      const account = accountOf(principal)
      assert(account && principal.kind !== 'anonymous', 'nobody signs for no account')
      const kmsCaller = { ...caller, principal, accountId: account.id, conditions, requestId }
      return answerKms(service, { operation, body, caller: kmsCaller })
    },
  }
}
