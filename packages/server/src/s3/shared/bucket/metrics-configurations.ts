import type { TagsRow } from '../../../metadata/tables/rows.ts'
import type { MetricsConfiguration } from '../../../model/types.gen.ts'
import type { ConfigurationList } from './configuration-list.ts'

/** Which requests of a bucket are counted, each configuration apart. */
export const METRICS: ConfigurationList<MetricsConfiguration> = { name: 'metrics' }

/** Whether a filter asks for tags, so that the object has to be looked at. */
export function asksForTags({ Filter }: MetricsConfiguration): boolean {
  return Filter?.Tag !== undefined || (Filter?.And?.Tags ?? []).length > 0
}

/** What configurations go by in a request. */
interface Countable {
  readonly key: string | undefined
  readonly tags: TagsRow | undefined
  /** Of the access point that it came through. */
  readonly accessPointArn: string | undefined
}

/**
 * Whether a configuration counts a request. Only requests about one object match a filter. Source: S3 User Guide, "Creating
 * a metrics configuration that filters by prefix, object tag, or access point".
 */
export function isCounted(
  { Filter }: MetricsConfiguration,
  { key, tags, accessPointArn }: Countable,
): boolean {
  if (!Filter) return true
  if (key === undefined) return false
  const { Tag, And } = Filter
  const prefix = Filter.Prefix ?? And?.Prefix ?? ''
  const arn = Filter.AccessPointArn ?? And?.AccessPointArn
  const wanted = Tag ? [Tag] : (And?.Tags ?? [])
  return (
    key.startsWith(prefix) &&
    (arn === undefined || arn === accessPointArn) &&
    wanted.every(({ Key, Value }) => tags?.some(([name, value]) => name === Key && value === Value))
  )
}
