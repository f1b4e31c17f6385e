import { S3Error } from '../../../model/s3-error.ts'
import { accessPointPolicy } from '../../shared/access-points/access-point-policy.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { ownAccessPoint, ownArn } from '../../shared/access-points/own-access-point.ts'

export const GetAccessPointPolicyStatus = defineOperation('GetAccessPointPolicyStatus', {
  access: { action: 's3:GetAccessPointPolicyStatus', on: 'account' },
  async handle({ Name }, context) {
    const policy = accessPointPolicy(ownArn(context, Name), await ownAccessPoint(context, Name))
    if (!policy) throw new S3Error('NoSuchAccessPointPolicy')
    return { PolicyStatus: { IsPublic: policy.isPublic } }
  },
})
