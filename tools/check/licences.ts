/** What `package-lock.json` says of a package. */
export interface LockedPackage {
  readonly version?: string
  readonly license?: string
  /** Of development only: it is in nothing that is published. */
  readonly dev?: boolean
  /** A workspace of this repository. */
  readonly link?: boolean
}

/** Ask for no more than that their text goes along, or for nothing. */
const PERMISSIVE: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
])
/** Ask for the source of changed files; nothing of these packages is passed on. */
const DEVELOPMENT_TOO: ReadonlySet<string> = new Set(['MPL-2.0', 'CC-BY-4.0', 'Python-2.0'])

/** Complaints about packages of a lock file, by their paths in it, whose licence is not on the list. */
export function checkLicences(packages: Readonly<Record<string, LockedPackage>>): string[] {
  return Object.entries(packages)
    .filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
    .filter(([, { license, dev }]) => !isAllowed(license, dev === true))
    .map(([path, { version, license }]) => `${nameOf(path)} ${version}: ${license ?? 'no licence is named'}`)
}

/** An SPDX expression is allowed where one of its alternatives is, all of whose licences are. */
function isAllowed(expression: string | undefined, isDevelopment: boolean): boolean {
  if (expression === undefined) return false
  const alternatives = expression.replaceAll(/[()]/g, '').split(/ OR /i)
  return alternatives.some((alternative) =>
    alternative
      .split(/ AND /i)
      .every((name) => PERMISSIVE.has(name.trim()) || (isDevelopment && DEVELOPMENT_TOO.has(name.trim()))),
  )
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
}
