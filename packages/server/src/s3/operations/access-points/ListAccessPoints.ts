import { type AccessPointRow, accessPoints } from '../../../metadata/tables/access-point-tables.ts'
import { accessPointArn } from '../../../model/access-point-arn.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { AccessPoint, ListAccessPointsInput } from '../../../model/types.gen.ts'
import { NETWORK_ORIGIN } from '../../shared/access-points/access-point-policy.ts'
import { accountPage } from '../../shared/pages/account-page.ts'
import { accountIdOf, defineOperation } from '../../shared/service/operation.ts'

export const ListAccessPoints = defineOperation('ListAccessPoints', {
  access: { action: 's3:ListAccessPoints', on: 'account' },
  async handle(input, context) {
    refuseOtherSources(input)
    const accountId = accountIdOf(context)
    const { stores, settings } = context.service
    const page = { accountId, maxResults: input.MaxResults, token: input.NextToken }
    const { found, ...next } = await accountPage(stores.metadata, accessPoints, page, (name, row) =>
      input.Bucket === undefined || row.bucketName === input.Bucket
        ? elementOf(row, name, accessPointArn(settings.region, { accountId, name }))
        : undefined,
    )
    return { AccessPointList: found, ...next }
  },
})

/** Access points of file systems there are none; all are of buckets. */
function refuseOtherSources({ DataSourceId, DataSourceType }: ListAccessPointsInput): void {
  if (DataSourceId === undefined && (DataSourceType === undefined || DataSourceType === 'ALL')) return
  const message = 'Access points lead to buckets here, and to no other data source'
  throw new S3Error('NotImplemented', {}, { message })
}

function elementOf(row: AccessPointRow, name: string, arn: string): AccessPoint {
  return {
    Name: name,
    NetworkOrigin: NETWORK_ORIGIN,
    Bucket: row.bucketName,
    AccessPointArn: arn,
    Alias: row.alias,
    BucketAccountId: row.bucketAccountId,
  }
}
