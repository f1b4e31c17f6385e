import type { RequestHead } from '../base/request-head.ts'
import { operationModels } from '../model/operations.ts'
import { S3Error } from '../model/s3-error.ts'
import type { OperationName } from '../model/types.gen.ts'
import { percentDecode } from './percent-decode.ts'
import type { ParsedQuery } from './query.ts'

/** The header that tells whose account a request of S3 Control is about. */
export const ACCOUNT_ID = 'x-amz-account-id'

const PATHS = '/v20180820/'

/** Whether it is for S3 Control. A bucket may have the name of its paths, but requests to it have no such header. */
export function isControlRequest({ path, headers }: RequestHead): boolean {
  return headers[ACCOUNT_ID] !== undefined && path.startsWith(PATHS)
}

interface ControlPath {
  readonly operation: OperationName
  readonly method: string
  readonly pattern: RegExp
  readonly labels: readonly string[]
}

let builtPaths: readonly ControlPath[] | undefined

/** What a request of S3 Control asks for. */
export interface ControlRoute {
  readonly operation: OperationName
  readonly query: ParsedQuery
  readonly labels: Readonly<Record<string, string>>
}

/** Throws `NotImplemented` for all that S3 Control has and we have not, and `InvalidURI`. */
export function controlRoute({ method, path }: RequestHead, query: ParsedQuery): ControlRoute {
  builtPaths ??= operationModels().flatMap(([operation, model]) =>
    model.path === undefined ? [] : [controlPath(operation, model.method, model.path)],
  )
  for (const { operation, method: its, pattern, labels } of builtPaths) {
    const found = its === method ? pattern.exec(path) : null
    if (!found) continue
    const texts = labels.map((label, index) => [label, percentDecode(found[index + 1] ?? '')])
    return { operation, query, labels: Object.fromEntries(texts) as Record<string, string> }
  }
  throw new S3Error('NotImplemented', {}, { message: 'S3 Control has no such operation here' })
}

function controlPath(operation: OperationName, method: string, template: string): ControlPath {
  const labels: string[] = []
  const source = template.replaceAll(/\{(\w+)(\+?)\}/g, (_, label: string, greedy: string) => {
    labels.push(label)
    return greedy === '' ? '([^/]+)' : '(.+)'
  })
  return { operation, method, pattern: new RegExp(`^${source}$`), labels }
}
