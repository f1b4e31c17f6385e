import { type AccessPointRow, accessPoints } from '../../../metadata/tables/access-point-tables.ts'
import { justAfter } from '../../../metadata/just-after.ts'
import { accessPointArn } from '../../../model/access-point-arn.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { AccessPoint, ListAccessPointsInput } from '../../../model/types.gen.ts'
import { NETWORK_ORIGIN } from '../../shared/access-points/access-point-policy.ts'
import { decodeContinuationToken, encodeContinuationToken } from '../../shared/pages/continuation-token.ts'
import { accountIdOf, defineOperation } from '../../shared/service/operation.ts'

/** Source: S3 API Reference, ListAccessPoints. */
const MOST = 1000

export const ListAccessPoints = defineOperation('ListAccessPoints', {
  access: { action: 's3:ListAccessPoints', on: 'account' },
  async handle(input, context) {
    refuseOtherSources(input)
    const most = mostOf(input.MaxResults)
    const accountId = accountIdOf(context)
    const { stores, settings } = context.service
    const { start: first, end } = accessPoints.range(accountId)
    const token = input.NextToken
    const after = token === undefined ? undefined : decodeContinuationToken(token)
    let start: Uint8Array = after === undefined ? first : justAfter(accessPoints.key(accountId, after))
    const found: AccessPoint[] = []
    for (;;) {
      const entries = await stores.metadata.scan({ start, end, limit: MOST })
      for (const entry of entries) {
        const [, name] = accessPoints.parts(entry.key)
        const row = accessPoints.decode(entry)
        if (input.Bucket !== undefined && row.bucketName !== input.Bucket) continue
        const last = found.at(-1)?.Name
        if (found.length === most && last !== undefined)
          return { AccessPointList: found, NextToken: encodeContinuationToken(last) }
        found.push(elementOf(row, name, accessPointArn(settings.region, { accountId, name })))
      }
      const last = entries.at(-1)
      if (!last || entries.length < MOST) return { AccessPointList: found }
      start = justAfter(last.key)
    }
  },
})

/** Access points of file systems there are none; all are of buckets. */
function refuseOtherSources({ DataSourceId, DataSourceType }: ListAccessPointsInput): void {
  if (DataSourceId === undefined && (DataSourceType === undefined || DataSourceType === 'ALL')) return
  const message = 'Access points lead to buckets here, and to no other data source'
  throw new S3Error('NotImplemented', {}, { message })
}

function mostOf(asked: number | undefined): number {
  if (asked === undefined) return MOST
  if (asked >= 1 && asked <= MOST) return asked
  const fields = { ArgumentName: 'maxResults', ArgumentValue: String(asked) }
  throw new S3Error('InvalidArgument', fields, { message: `maxResults has to be from 1 to ${MOST}` })
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
