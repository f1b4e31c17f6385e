import { changeQuota, QUOTA_PARAMETERS } from '../change-quota.ts'
import { defineOperation } from '../operation.ts'

/** Lets a bucket or an account hold as much as there is room for. */
export const DeleteQuota = defineOperation('DeleteQuota', {
  path: '/-/quotas',
  method: 'DELETE',
  isOfServer: true,
  parameters: QUOTA_PARAMETERS,
  handle: (context) => changeQuota(context, {}),
})
