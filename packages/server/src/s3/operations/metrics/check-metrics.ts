import { accessPointArn, parseAccessPointArn } from '../../../model/access-point-arn.ts'
import { MOST_KEY_BYTES } from '../../../model/key-length.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { MetricsConfiguration, MetricsFilter } from '../../../model/types.gen.ts'
import { checkConfigurationId } from '../../shared/bucket/configuration-list.ts'
import { refusedHeader } from '../../../model/refused-header.ts'
import { countGiven } from '../../shared/bucket/filter-parts.ts'
import { MOST_OBJECT_TAGS, tagsOfElements } from '../../shared/object/tags.ts'

/** Throws MalformedXML, InvalidArgument or InvalidTag for what S3 refuses. */
export function checkMetrics({ Id, Filter }: MetricsConfiguration, id: string): void {
  checkConfigurationId(Id, id)
  if (Filter) checkFilter(Filter)
}

/** Source: S3 API Reference, MetricsFilter: one of its members; MetricsAndOperator: at least two. */
function checkFilter({ Prefix, Tag, AccessPointArn, And }: MetricsFilter): void {
  if (countGiven(Prefix, Tag, AccessPointArn, And) !== 1) throw new S3Error('MalformedXML')
  const { Prefix: prefix, Tags: tags = [], AccessPointArn: andArn } = And ?? {}
  if (And && countGiven(prefix, andArn, ...tags) < 2) throw new S3Error('MalformedXML')
  if (Buffer.byteLength(Prefix ?? prefix ?? '') > MOST_KEY_BYTES)
    throw new S3Error('InvalidArgument', {}, { message: 'The filter prefix is too long' })
  tagsOfElements(Tag ? [Tag] : tags, MOST_OBJECT_TAGS)
  const arn = AccessPointArn ?? andArn
  if (arn !== undefined && !isAccessPointArn(arn))
    throw new S3Error(
      'InvalidArgument',
      {},
      { message: 'AccessPointArn has to be the ARN of an access point' },
    )
}

/** Source: S3 API Reference, MetricsConfiguration: those for directory buckets "do not support tag filters". */
export function refuseTagFilters({ Filter }: MetricsConfiguration): void {
  if (Filter?.Tag ?? Filter?.And?.Tags?.[0]) throw refusedHeader('Tag')
}

/** In the form alone that requests are known by. */
function isAccessPointArn(text: string): boolean {
  const parsed = parseAccessPointArn(text)
  return parsed !== undefined && accessPointArn(parsed.region, parsed) === text
}
