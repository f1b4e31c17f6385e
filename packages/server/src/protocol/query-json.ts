import type { QueryMembers, QueryModel, QueryValue } from '../model/query-model.ts'
import type { QueryError } from '../model/query-error.ts'
import { errorTypeOf } from './query-output.ts'

/** What answers an operation of the Query protocol in JSON: the elements of its XML, by their names. */
export function queryOutputJson(
  model: QueryModel,
  operation: string,
  output: Readonly<Record<string, unknown>>,
  requestId: string,
): string {
  const members = model.operations[operation]?.output
  const answer = {
    ...(members && { [`${operation}Result`]: structure(model, members, output) }),
    ResponseMetadata: { RequestId: requestId },
  }
  return JSON.stringify({ [`${operation}Response`]: answer })
}

/** What says in JSON why a request is refused. */
export function queryErrorJson(error: QueryError, requestId: string): string {
  const { code, message } = error
  return JSON.stringify({
    Error: { Code: code, Message: message, Type: errorTypeOf(error) },
    RequestId: requestId,
  })
}

type Values = Readonly<Record<string, unknown>>

function structure(model: QueryModel, members: QueryMembers, output: Values): Values {
  const shown = Object.entries(members).flatMap(([name, member]) => {
    const value = output[name]
    return value === undefined ? [] : [[name, shownValue(model, member, value)] as const]
  })
  return Object.fromEntries(shown)
}

/** Times are seconds since 1970, as in AWS's JSON protocols. */
function shownValue(model: QueryModel, value: QueryValue, given: unknown): unknown {
  const { list, map } = value
  if (list) return (given as readonly unknown[]).map((item) => shownValue(model, list, item))
  if (map) {
    const entries = Object.entries(given as Values)
    return Object.fromEntries(entries.map(([key, item]) => [key, shownValue(model, map, item)]))
  }
  if (value.structure !== undefined) {
    return structure(model, model.structures[value.structure] ?? {}, given as Values)
  }
  if (value.type === 'timestamp') return Math.floor((given as Date).getTime() / 1000)
  if (value.type === 'blob') return Buffer.from(given as Uint8Array).toString('base64')
  return given
}
