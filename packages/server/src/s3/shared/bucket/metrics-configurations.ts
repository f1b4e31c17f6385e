import type { TagsRow } from '../../../metadata/tables/rows.ts'
import type { MetricsConfiguration } from '../../../model/types.gen.ts'
import type { ConfigurationList } from './configuration-list.ts'

/** Which requests of a bucket are counted, each configuration apart. */
export const METRICS: ConfigurationList<MetricsConfiguration> = { name: 'metrics' }

/** Whether a filter asks for tags, so that the object has to be looked at. */
export function asksForTags({ Filter }: MetricsConfiguration): boolean {
  return Filter?.Tag !== undefined || (Filter?.And?.Tags ?? []).length > 0
}

/**
 * Whether a configuration counts a request. Only requests about one object match a filter. Source: S3 User Guide, "Creating
 * a metrics configuration that filters by prefix, object tag, or access point".
 */
export function isCounted(
  { Filter }: MetricsConfiguration,
  key: string | undefined,
  tags: TagsRow | undefined,
): boolean {
  if (!Filter) return true
  if (key === undefined) return false
  const { Prefix, Tag, And } = Filter
  const prefix = Prefix ?? And?.Prefix ?? ''
  const wanted = Tag ? [Tag] : (And?.Tags ?? [])
  return (
    key.startsWith(prefix) &&
    wanted.every(({ Key, Value }) => tags?.some(([name, value]) => name === Key && value === Value))
  )
}
