import type { Config, StorageClassConfig } from './config.ts'

/** The storage classes of a config, each in its long form. */
export function classesOf({ storageClasses }: Config): StorageClassConfig[] {
  return storageClasses.map((item) => (typeof item === 'string' ? { name: item } : item))
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
