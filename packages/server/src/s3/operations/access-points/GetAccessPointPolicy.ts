import { shownPolicyText } from '../../../identities/policy-principals.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { ownAccessPoint } from '../../shared/access-points/own-access-point.ts'

export const GetAccessPointPolicy = defineOperation('GetAccessPointPolicy', {
  access: { action: 's3:GetAccessPointPolicy', on: 'account' },
  async handle({ Name }, context) {
    const { policy } = await ownAccessPoint(context, Name)
    if (policy === undefined) throw new S3Error('NoSuchAccessPointPolicy')
    return { Policy: await shownPolicyText(context.service.stores.metadata, policy) }
  },
})
