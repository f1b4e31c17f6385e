import { QueryError } from '../../../model/query-error.ts'
import { invalidInput } from '../../shared/invalid-input.ts'
import { type Page, pageOfList, type PageRequest } from '../../shared/page.ts'

/** One page of what a report lists. AWS takes a marker of no other report, and none of its other list. */
export function pageOfReport<Item>(
  list: readonly Item[],
  of: 'services' | 'entities',
  jobId: string,
  { Marker, MaxItems }: PageRequest,
): Page<Item> {
  const [, ofList, ofJob, at] = /^(services|entities):([^:]*):(\d{1,9})$/.exec(Marker ?? '') ?? []
  if (Marker !== undefined && at === undefined) throw new QueryError('ValidationError', 'Invalid Marker.')
  if (at !== undefined && (ofList !== of || ofJob !== jobId)) {
    throw invalidInput('The marker passed in the request was invalid.')
  }
  const { items, rest } = pageOfList(list, { Marker: at, MaxItems })
  const { Marker: next } = rest
  return { items, rest: next === undefined ? rest : { ...rest, Marker: `${of}:${jobId}:${next}` } }
}
