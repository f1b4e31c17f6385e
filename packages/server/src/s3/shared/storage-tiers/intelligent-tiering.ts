import { S3Error } from '../../../model/s3-error.ts'
import type { IntelligentTieringConfiguration } from '../../../model/types.gen.ts'
import { checkConfigurationId, type ConfigurationList } from '../bucket/configuration-list.ts'

export const TIERING: ConfigurationList<IntelligentTieringConfiguration> = { name: 'intelligentTiering' }

/** Source: S3 API Reference, PutBucketIntelligentTieringConfiguration, Tiering. */
const MOST_DAYS = 730
const LEAST_DAYS = { ARCHIVE_ACCESS: 90, DEEP_ARCHIVE_ACCESS: 180 } as const

/** Throws MalformedXML or InvalidArgument for what S3 refuses. */
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
  if (!Filter) return
  const kinds = [Filter.Prefix, Filter.Tag, Filter.And].filter((kind) => kind !== undefined)
  if (kinds.length > 1) throw new S3Error('MalformedXML')
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidArgument', {}, { message })
}
