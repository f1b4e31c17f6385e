import { invalidRequest } from '../administration-error.ts'
import { defineOperation } from '../operation.ts'
import { changeQuota, QUOTA_PARAMETERS } from '../change-quota.ts'

/** Sets what a bucket or an account may hold. */
export const PutQuota = defineOperation('PutQuota', {
  path: '/-/quotas',
  method: 'PUT',
  isOfServer: true,
  parameters: [...QUOTA_PARAMETERS, 'maximumBytes', 'maximumObjects'],
  async handle(context) {
    const limits = {
      maximumBytes: numberIn(context.query, 'maximumBytes'),
      maximumObjects: numberIn(context.query, 'maximumObjects'),
    }
    if (limits.maximumBytes === undefined && limits.maximumObjects === undefined)
      throw invalidRequest('maximumBytes, maximumObjects or both have to be given')
    return changeQuota(context, limits)
  },
})

function numberIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text)
  throw invalidRequest(`${name} has to be a whole number`)
}
