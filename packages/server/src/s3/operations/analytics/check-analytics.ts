import { MOST_KEY_BYTES } from '../../../model/key-length.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type {
  AnalyticsConfiguration,
  AnalyticsFilter,
  StorageClassAnalysisDataExport,
} from '../../../model/types.gen.ts'
import { checkConfigurationId } from '../../shared/bucket/configuration-list.ts'
import { countGiven } from '../../shared/bucket/filter-parts.ts'
import { MOST_OBJECT_TAGS, tagsOfElements } from '../../shared/object/tags.ts'
import { exportKey } from './export-destination.ts'

/**
 * Throws MalformedXML, InvalidArgument or InvalidTag for what is refused. Source: S3 API Reference,
 * PutBucketAnalyticsConfiguration and the types of its document.
 */
export function checkAnalytics(configuration: AnalyticsConfiguration, id: string, bucketName: string): void {
  const { Id, Filter, StorageClassAnalysis } = configuration
  checkConfigurationId(Id, id)
  if (Filter) checkFilter(Filter)
  if (StorageClassAnalysis.DataExport) checkExport(StorageClassAnalysis.DataExport)
  if (Buffer.byteLength(exportKey(bucketName, configuration)) > MOST_KEY_BYTES)
    throw invalid('The destination prefix is too long')
}

/** Source: S3 API Reference, AnalyticsConfiguration: "exactly one prefix, one tag, or one conjunction"; AnalyticsAndOperator: at least two. */
function checkFilter({ Prefix, Tag, And }: AnalyticsFilter): void {
  if (countGiven(Prefix, Tag, And) !== 1) throw new S3Error('MalformedXML')
  const { Prefix: prefix, Tags: tags = [] } = And ?? {}
  if (And && countGiven(prefix, ...tags) < 2) throw new S3Error('MalformedXML')
  if (Buffer.byteLength(Prefix ?? prefix ?? '') > MOST_KEY_BYTES)
    throw invalid('The filter prefix is too long')
  tagsOfElements(Tag ? [Tag] : tags, MOST_OBJECT_TAGS)
}

function checkExport({ OutputSchemaVersion, Destination }: StorageClassAnalysisDataExport): void {
  const { Format, BucketAccountId } = Destination.S3BucketDestination
  if (OutputSchemaVersion !== 'V_1' || Format !== 'CSV') throw new S3Error('MalformedXML')
  if (BucketAccountId !== undefined && !/^\d{12}$/.test(BucketAccountId))
    throw invalid('The account ID is not valid')
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidArgument', {}, { message })
}
