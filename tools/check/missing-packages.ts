import type { LockedPackage } from './licences.ts'

/** Paths of packages that a lock file has and `isThere` has not: what stands after a change of others, until `npm install`. */
export function missingPackages(
  packages: Readonly<
    Record<string, LockedPackage & { readonly optional?: boolean; readonly peer?: boolean }>
  >,
  isThere: (path: string) => boolean,
): string[] {
  return Object.entries(packages)
    .filter(
      ([path, { optional, peer }]) => path !== '' && optional !== true && peer !== true && !isThere(path),
    )
    .map(([path]) => path)
}
