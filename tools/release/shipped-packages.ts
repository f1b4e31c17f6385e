/** What a lock file of npm says of a package. */
export interface LockedPackage {
  readonly name?: string
  readonly version?: string
  readonly license?: string
  readonly integrity?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export type LockedPackages = Readonly<Record<string, LockedPackage>>

/** Paths of the lock file, and by the path of each the paths of those that it needs. */
export type ShippedPackages = ReadonlyMap<string, readonly string[]>

/** What `npm install` of a published workspace brings, the packages of all platforms, by their paths in the lock file. */
export function shippedPackages(packages: LockedPackages, workspace: string): ShippedPackages {
  const found = new Map<string, readonly string[]>()
  const wanted = [workspace]
  for (const path of wanted) {
    if (found.has(path)) continue
    const { dependencies, optionalDependencies } = packages[path] ?? {}
    const names = Object.keys({ ...dependencies, ...optionalDependencies })
    const needed = names.flatMap((name) => resolve(packages, path, name) ?? [])
    found.set(path, needed)
    wanted.push(...needed)
  }
  found.delete(workspace)
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** As Node finds it: beside what asks for it, or in a folder above. Undefined for optional ones that the lock file lacks. */
function resolve(packages: LockedPackages, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.replace(/(?:^|\/)[^/]*$/, '')) {
    const path = `${folder}${folder && '/'}node_modules/${name}`
    if (!folder.endsWith('node_modules') && packages[path]) return path
    if (folder === '') return undefined
  }
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
}
