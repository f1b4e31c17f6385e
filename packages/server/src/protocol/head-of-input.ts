import type { RequestHead } from '../base/request-head.ts'
import { operationModel } from '../model/operations.ts'
import type { OperationName } from '../model/types.gen.ts'
import { valueWriter } from './write-value.ts'

/** The head of the request that an input would have come with: its headers, for what reads them as they are. */
export function headOfInput(name: OperationName, input: object): RequestHead {
  const { method, input: members } = operationModel(name)
  const headers: Record<string, string> = {}
  for (const [member, value] of Object.entries(input)) {
    const model = members[member]
    if (model?.header === undefined || value === undefined) continue
    headers[model.header.toLowerCase()] = valueWriter(model)(value)
  }
  return { method, path: '/', query: '', headers }
}
