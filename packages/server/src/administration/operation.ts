import { authorizeCall } from '../identities/authorize-call.ts'
import { QueryError } from '../model/query-error.ts'
import { AdministrationError, invalidRequest } from './administration-error.ts'
import type { AdministrationContext } from './administration-service.ts'

export type AdministrationMethod = 'GET' | 'PUT' | 'POST' | 'DELETE'

export interface AdministrationOperation {
  readonly name: string
  readonly path: `/-/${string}`
  readonly method: AdministrationMethod
  /** Throws AdministrationError; what else it throws is a fault of ours. */
  run(context: AdministrationContext): Promise<object>
}

/** Declares an operation with its permission, which is named as it is. What it is told is in its query, or where it is a POST in its body. */
export function defineOperation(
  name: string,
  declaration: {
    readonly path: `/-/${string}`
    /** Absent: GET. */
    readonly method?: AdministrationMethod
    /** Whether it tells of the whole server: then it is for accounts of the config alone. */
    readonly isOfServer: boolean
    /** The names that its query may have. */
    readonly parameters?: readonly string[]
    handle(context: AdministrationContext): Promise<object>
  },
): AdministrationOperation {
  const { path, isOfServer, method = 'GET', parameters = [] } = declaration
  const run = async (context: AdministrationContext): Promise<object> => {
    authorize(`holdfast:${name}`, context)
    if (isOfServer && !context.seesAll) {
      throw new AdministrationError('AccessDenied', 'This is for accounts of the config alone')
    }
    assertParameters([...context.query.keys()], parameters)
    return declaration.handle(context)
  }
  return { name, path, method, run }
}

/** Of two values of one name nobody knows which is meant. */
function assertParameters(given: readonly string[], known: readonly string[]): void {
  if (given.some((name) => !known.includes(name)))
    throw invalidRequest(`There is no such parameter; there are: ${known.join(', ')}`)
  const twice = given.find((name, index) => given.indexOf(name) !== index)
  if (twice !== undefined) throw invalidRequest(`${twice} is there more than once`)
}

function authorize(action: string, { service, caller }: AdministrationContext): void {
  try {
    authorizeCall(service, caller, { action, resource: '*' })
  } catch (cause) {
    if (!(cause instanceof QueryError)) throw cause
    throw new AdministrationError('AccessDenied', cause.message, { cause })
  }
}
