import { QueryError } from '../../model/query-error.ts'

export function invalidInput(message: string, options?: { readonly cause: unknown }): QueryError {
  return new QueryError('InvalidInput', message, options)
}
