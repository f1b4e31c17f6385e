import type { Config, StorageClassConfig } from './config.ts'

/** The storage classes of a config, each in its long form. */
export function classesOf({ storageClasses }: Config): StorageClassConfig[] {
  return storageClasses.map((item) => (typeof item === 'string' ? { name: item } : item))
}

/** The tiers of INTELLIGENT_TIERING that an entry may place; no object can ask for one. */
const ACCESS_TIERS: ReadonlySet<string> = new Set([
  'INFREQUENT_ACCESS',
  'ARCHIVE_INSTANT_ACCESS',
  'ARCHIVE_ACCESS',
  'DEEP_ARCHIVE_ACCESS',
])

/** What clients may name as storage class besides S3's own. */
export function namesOf(config: Config): string[] {
  return classesOf(config)
    .map(({ name }) => name)
    .filter((name) => !ACCESS_TIERS.has(name))
}

/** Where and how the bytes of a class are kept: in the place of its name, where it has a folder. */
export interface ClassPlacement {
  readonly place?: string
  readonly compression?: 'zstd'
}

export function placementsOf(config: Config): Map<string, ClassPlacement> {
  return new Map(
    classesOf(config).map(({ name, directory, compression }) => [
      name,
      {
        ...(directory !== undefined && { place: name }),
        ...(compression === 'zstd' && { compression }),
      },
    ]),
  )
}
