import { operationModel } from '../model/operations.ts'
import { resourceTypeOf } from './route-table.ts'
import type { Route } from './route.ts'

/** Where the method and the resource do not say it. Source: S3 User Guide, "Amazon S3 server access log format". */
const OWN_NAMES: Partial<Readonly<Record<Route['operation'], string>>> = {
  CopyObject: 'REST.COPY.OBJECT',
  DeleteObjectTagging: 'REST.DELETE.OBJECT_TAGGING',
  GetObjectTagging: 'REST.GET.OBJECT_TAGGING',
  OptionsObject: 'REST.OPTIONS.PREFLIGHT',
  PostObject: 'REST.POST.BUCKET',
  PutObjectTagging: 'REST.PUT.OBJECT_TAGGING',
  UploadPart: 'REST.PUT.PART',
  UploadPartCopy: 'REST.COPY.PART',
}

/** How access logs name an operation: `REST.GET.OBJECT`. */
export function loggedOperation(operation: Route['operation']): string {
  const own = OWN_NAMES[operation]
  if (own !== undefined || operation === 'PostObject' || operation === 'OptionsObject') return own ?? ''
  const model = operationModel(operation)
  return `REST.${model.method}.${resourceTypeOf(model)}`
}
