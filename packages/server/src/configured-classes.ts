import type { Config, StorageClassConfig } from './config/config.ts'
import type { Placement } from './s3/storage-class/placement.ts'

/** The storage classes of a config, each in its long form. */
export function classesOf({ storageClasses }: Config): StorageClassConfig[] {
  return storageClasses.map((item) => (typeof item === 'string' ? { name: item } : item))
}

/** Where and how the bytes of each are kept. */
export function placementsOf(config: Config): Map<string, Placement> {
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
