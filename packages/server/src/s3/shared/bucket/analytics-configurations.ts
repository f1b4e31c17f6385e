import type { TagsRow } from '../../../metadata/tables/rows.ts'
import type { AnalyticsConfiguration, Tag } from '../../../model/types.gen.ts'
import type { ConfigurationList } from './configuration-list.ts'

/** Whose storage a bucket has analyzed, each configuration apart. */
export const ANALYTICS: ConfigurationList<AnalyticsConfiguration> = { name: 'analytics' }

/** Which objects a configuration is about: those that have all of it. */
interface AnalyticsScope {
  readonly prefix: string
  readonly tags: readonly Tag[]
}

export function scopeOf({ Filter }: AnalyticsConfiguration): AnalyticsScope {
  const { Prefix, Tag: tag, And } = Filter ?? {}
  return { prefix: Prefix ?? And?.Prefix ?? '', tags: tag ? [tag] : (And?.Tags ?? []) }
}

export function isWithin({ prefix, tags }: AnalyticsScope, key: string, its: TagsRow | undefined): boolean {
  return (
    key.startsWith(prefix) &&
    tags.every(({ Key, Value }) => its?.some(([name, value]) => name === Key && value === Value))
  )
}
