import { NETWORK_ORIGIN } from '../../shared/access-points/access-point-policy.ts'
import { elementOfBlock } from '../../shared/bucket/block-element.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { ownAccessPoint, ownArn } from '../../shared/access-points/own-access-point.ts'

export const GetAccessPoint = defineOperation('GetAccessPoint', {
  access: { action: 's3:GetAccessPoint', on: 'account' },
  async handle({ Name }, context) {
    const row = await ownAccessPoint(context, Name)
    return {
      Name,
      Bucket: row.bucketName,
      NetworkOrigin: NETWORK_ORIGIN,
      PublicAccessBlockConfiguration: elementOfBlock(row.publicAccessBlock),
      CreationDate: new Date(row.createdMilliseconds),
      Alias: row.alias,
      AccessPointArn: ownArn(context, Name),
      BucketAccountId: row.bucketAccountId,
    }
  },
})
