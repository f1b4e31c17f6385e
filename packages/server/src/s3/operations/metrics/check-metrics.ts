import { MOST_KEY_BYTES } from '../../../model/key-length.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { MetricsConfiguration, MetricsFilter } from '../../../model/types.gen.ts'
import { checkConfigurationId } from '../../shared/bucket/configuration-list.ts'
import { MOST_OBJECT_TAGS, tagsOfElements } from '../../shared/object/tags.ts'

/** Throws MalformedXML, InvalidArgument or InvalidTag for what S3 refuses. */
export function checkMetrics({ Id, Filter }: MetricsConfiguration, id: string): void {
  checkConfigurationId(Id, id)
  if (Filter) checkFilter(Filter)
}

/** Source: S3 API Reference, MetricsFilter: one of its members; MetricsAndOperator: at least two. */
function checkFilter({ Prefix, Tag, AccessPointArn, And }: MetricsFilter): void {
  const isOne = [Prefix, Tag, AccessPointArn, And].filter((part) => part !== undefined).length === 1
  if (!isOne) throw new S3Error('MalformedXML')
  const { Prefix: prefix, Tags: tags = [], AccessPointArn: arn } = And ?? {}
  const parts = [prefix, arn, ...tags].filter((part) => part !== undefined)
  if (And && parts.length < 2) throw new S3Error('MalformedXML')
  if (Buffer.byteLength(Prefix ?? prefix ?? '') > MOST_KEY_BYTES)
    throw new S3Error('InvalidArgument', {}, { message: 'The filter prefix is too long' })
  tagsOfElements(Tag ? [Tag] : tags, MOST_OBJECT_TAGS)
  // There are no access points here that a request could come through.
  if (AccessPointArn !== undefined || arn !== undefined)
    throw new S3Error('NotImplemented', {}, { message: 'Filters by access point are not implemented' })
}
