import { defineOperation } from '../../shared/service/operation.ts'
import { changeAccessPoint } from '../../shared/access-points/own-access-point.ts'

export const DeleteAccessPointPolicy = defineOperation('DeleteAccessPointPolicy', {
  freesSpace: true,
  access: { action: 's3:DeleteAccessPointPolicy', on: 'account' },
  async handle({ Name }, context) {
    await changeAccessPoint(context, Name, () => ({ policy: undefined }))
    return {}
  },
})
