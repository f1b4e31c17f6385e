import { S3Error } from '../../../model/s3-error.ts'
import type { IntelligentTieringConfiguration, IntelligentTieringFilter } from '../../../model/types.gen.ts'
import { checkConfigurationId, type ConfigurationList } from '../bucket/configuration-list.ts'
import { checkFilterPrefix, checkFilterTags } from '../bucket/filter-parts.ts'

export const TIERING: ConfigurationList<IntelligentTieringConfiguration> = { name: 'intelligentTiering' }

/** Source: S3 API Reference, PutBucketIntelligentTieringConfiguration, Tiering. */
const MOST_DAYS = 730
const LEAST_DAYS = { ARCHIVE_ACCESS: 90, DEEP_ARCHIVE_ACCESS: 180 } as const

/** Throws MalformedXML, InvalidArgument or InvalidRequest for what S3 refuses. */
export function checkTiering(configuration: IntelligentTieringConfiguration, id: string): void {
  const { Id, Status, Tierings, Filter } = configuration
  checkConfigurationId(Id, id)
  if ((Status !== 'Enabled' && Status !== 'Disabled') || Tierings.length === 0)
    throw new S3Error('MalformedXML')
  if (new Set(Tierings.map(({ AccessTier }) => AccessTier)).size < Tierings.length) {
    throw new S3Error('MalformedXML')
  }
  for (const { AccessTier, Days } of Tierings) {
    if (AccessTier !== 'ARCHIVE_ACCESS' && AccessTier !== 'DEEP_ARCHIVE_ACCESS')
      throw new S3Error('MalformedXML')
    if (Days < LEAST_DAYS[AccessTier] || Days > MOST_DAYS) {
      throw invalid(`Days of ${AccessTier} must be between ${LEAST_DAYS[AccessTier]} and ${MOST_DAYS}`)
    }
  }
  if (Filter) checkFilter(Filter)
}

/** Source: S3 API Reference, IntelligentTieringFilter: And "must have at least two predicates". */
function checkFilter({ Prefix, Tag, And }: IntelligentTieringFilter): void {
  const kinds = [Prefix, Tag, And].filter((kind) => kind !== undefined)
  if (kinds.length > 1) throw new S3Error('MalformedXML')
  if (And && (And.Prefix === undefined ? 0 : 1) + (And.Tags ?? []).length < 2)
    throw new S3Error('MalformedXML')
  checkFilterPrefix(And?.Prefix ?? Prefix ?? '')
  checkFilterTags(And?.Tags ?? (Tag ? [Tag] : []))
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidArgument', {}, { message })
}
