import { type AccessRoom, type Statement, withMd5 } from '../access/access-room.ts'
import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'

/** The query of the request that lists all configurations. */
export const INVENTORY = 'inventory='

/** The query of the requests about one configuration. */
export function inventoryOf(id: string): string {
  return `id=${encodeURIComponent(id)}&${INVENTORY}`
}

export interface InventoryParts {
  readonly destination?: string
  /** Further elements of the destination. */
  readonly inDestination?: string
  readonly format?: string
  readonly versions?: string
  readonly frequency?: string
  readonly prefix?: string
  readonly fields?: readonly string[]
  readonly enabled?: boolean
}

export function inventoryXml(id: string, parts: InventoryParts = {}): string {
  const { destination = 'the-reports', inDestination = '', format = 'CSV', versions = 'Current' } = parts
  const { frequency = 'Daily', prefix, fields, enabled = true } = parts
  const filter = prefix === undefined ? '' : `<Filter><Prefix>${prefix}</Prefix></Filter>`
  const list = fields?.map((field) => `<Field>${field}</Field>`).join('')
  return [
    `<InventoryConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>${id}</Id>`,
    `<IsEnabled>${enabled}</IsEnabled>${filter}<Destination><S3BucketDestination><Format>${format}</Format>`,
    `<Bucket>arn:aws:s3:::${destination}</Bucket>${inDestination}</S3BucketDestination></Destination>`,
    `<Schedule><Frequency>${frequency}</Frequency></Schedule>`,
    `<IncludedObjectVersions>${versions}</IncludedObjectVersions>`,
    list === undefined ? '' : `<OptionalFields>${list}</OptionalFields>`,
    '</InventoryConfiguration>',
  ].join('')
}

/** What puts a configuration: the parts of its request. */
export function putting(id: string, body = inventoryXml(id)) {
  return { query: inventoryOf(id), body, headers: withMd5(body) }
}

/** A configuration whose reports go into the bucket itself. */
export function putInventory(
  room: AccessRoom,
  bucket: string,
  id: string,
  parts: InventoryParts = {},
): Promise<RawAnswer> {
  const body = inventoryXml(id, { destination: bucket, ...parts })
  return room.must('owner', 'PUT', bucket, undefined, putting(id, body))
}

/** The ids of a bucket's configurations, on its first page. */
export async function inventoryIds(room: AccessRoom, bucket: string): Promise<string[]> {
  return xmlTexts((await room.must('owner', 'GET', bucket, undefined, { query: INVENTORY })).text, 'Id')
}

/** The statement that S3's documentation shows. Source: S3 User Guide, "Grant permissions for S3 Inventory and S3 analytics". */
export function reportStatement(source: string, destination: string, accountId: string): Statement {
  return {
    Principal: { Service: 's3.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${destination}/*`,
    Condition: {
      ArnLike: { 'aws:SourceArn': `arn:aws:s3:::${source}` },
      StringEquals: { 'aws:SourceAccount': accountId, 's3:x-amz-acl': 'bucket-owner-full-control' },
    },
  }
}
