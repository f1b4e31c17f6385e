import { accountOf } from '../access/principal.ts'
import { assert } from '../base/assert.ts'
import { iamOperations } from '../iam/iam-operations.ts'
import type { IamService } from '../iam/shared/iam-service.ts'
import type { SigningCaller } from '../identities/signing-caller.ts'
import { iamModel, stsModel } from '../model/query-apis.ts'
import { notImplemented } from '../model/query-error.ts'
import { stsOperations } from '../sts/sts-operations.ts'
import type { StsService } from '../sts/shared/sts-service.ts'
import type { QueryApi, QueryRequest } from './query-api.ts'

/** AWS IAM beside S3, on the same port. */
export function iamApi(service: IamService): QueryApi {
  return {
    service: 'iam',
    model: iamModel,
    run({ operation, input, ...request }) {
      const found = iamOperations.get(operation)
      if (!found) throw notImplemented(operation)
      return found.run(input, { service, caller: callerOf(request) })
    },
  }
}

/** AWS STS beside S3, on the same port. */
export function stsApi(service: StsService): QueryApi {
  return {
    service: 'sts',
    model: stsModel,
    run({ operation, input, ...request }) {
      const found = stsOperations.get(operation)
      if (!found) throw notImplemented(operation)
      return found.run(input, { service, caller: callerOf(request) })
    },
  }
}

function callerOf({ caller, connection }: Pick<QueryRequest, 'caller' | 'connection'>): SigningCaller {
  const account = accountOf(caller.principal)
  assert(account, 'nobody signs for no account')
  const conditions = {
    'aws:SourceIp': connection.remoteAddress,
    'aws:SecureTransport': String(connection.isSecure),
  }
  return { ...caller, account, conditions }
}
