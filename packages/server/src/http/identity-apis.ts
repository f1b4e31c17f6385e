import { accountOf } from '../access/principal.ts'
import { assert } from '../base/assert.ts'
import { iamOperations } from '../iam/iam-operations.ts'
import type { IamService } from '../iam/shared/iam-service.ts'
import { mayCallIam } from '../identities/is-limited-session.ts'
import type { SigningCaller } from '../identities/signing-caller.ts'
import { iamModel, stsModel } from '../model/query-apis.ts'
import { invalidToken, notImplemented } from '../model/query-error.ts'
import { stsOperations, unsignedStsOperations } from '../sts/sts-operations.ts'
import type { StsService } from '../sts/shared/sts-service.ts'
import type { QueryApi, QueryRequest, UnsignedRequest } from './query-api.ts'

/** AWS IAM beside S3, on the same port. */
export function iamApi(service: IamService): QueryApi {
  const runChecked = (request: QueryRequest) => {
    if (!mayCallIam(request.caller)) throw invalidToken()
    return run(iamOperations, service, request)
  }
  return { service: 'iam', model: iamModel, run: runChecked }
}

/** Nobody signs it either: who asks for it is to hear that it is not there, and not that a signature is missing. */
const UNSIGNED_NOT_BUILT = 'AssumeRoleWithSAML'

/** AWS STS beside S3, on the same port. */
export function stsApi(service: StsService): QueryApi {
  const unsigned = {
    has: (operation: string) => operation === UNSIGNED_NOT_BUILT || unsignedStsOperations.has(operation),
    run: ({ operation, input, conditions }: UnsignedRequest) => {
      const found = unsignedStsOperations.get(operation)
      if (!found) throw notImplemented(operation)
      return found.run(input, { service, conditions })
    },
  }
  const runAny = (request: QueryRequest) =>
    unsigned.has(request.operation) ? unsigned.run(request) : run(stsOperations, service, request)
  return { service: 'sts', model: stsModel, answersJson: true, run: runAny, unsigned }
}

type Values = Readonly<Record<string, unknown>>

interface Context<Service> extends Pick<QueryRequest, 'session'> {
  readonly service: Service
  readonly caller: SigningCaller
}

interface ServiceOperation<Service> {
  run(input: Values, context: Context<Service>): Promise<Values>
}

async function run<Service>(
  operations: ReadonlyMap<string, ServiceOperation<Service>>,
  service: Service,
  { operation, input, caller, session, conditions }: QueryRequest,
): Promise<Values> {
  const found = operations.get(operation)
  if (!found) throw notImplemented(operation)
  const account = accountOf(caller.principal)
  assert(account, 'nobody signs for no account')
  return found.run(input, { service, caller: { ...caller, account, conditions }, session })
}
