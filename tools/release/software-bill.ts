import { createHash } from 'node:crypto'
import { nameOf, type LockedPackages, type ShippedPackages } from './shipped-packages.ts'

export interface BillSubject {
  readonly name: string
  readonly version: string
  readonly license: string
  /** When the source was committed. */
  readonly time: Date
  /** Paths of the lock file: what it needs itself, and what is built into its files. */
  readonly needs: readonly string[]
  readonly bundled: readonly string[]
}

/**
 * What is in a release and what comes with it, as CycloneDX 1.6 has it (https://cyclonedx.org/docs/1.6/json/). `npm sbom`
 * would not do: it names the workspace for the package, leaves out what is built into the files, and is another every time.
 */
export function softwareBill(
  subject: BillSubject,
  shipped: ShippedPackages,
  packages: LockedPackages,
): string {
  const needed = new Map([...subject.bundled.map((path) => [path, []] as const), ...shipped])
  const reference = (path: string): string => purl(nameOf(path), packages[path]?.version ?? '')
  const itself = purl(subject.name, subject.version)
  const bundled = new Set(subject.bundled)
  const components = Array.from(needed.keys(), (path) => {
    const { version, license, integrity } = packages[path] ?? {}
    return {
      type: 'library',
      'bom-ref': reference(path),
      name: nameOf(path),
      version,
      purl: reference(path),
      ...(license && { licenses: licensesOf(license) }),
      ...(integrity && { hashes: [hashOf(integrity)] }),
      ...(bundled.has(path) && { properties: [{ name: 'holdfast:bundled', value: 'true' }] }),
    }
  })
  const unique = [...new Map(components.map((component) => [component['bom-ref'], component])).values()]
  const content = {
    metadata: {
      timestamp: subject.time.toISOString(),
      component: {
        type: 'application',
        'bom-ref': itself,
        name: subject.name,
        version: subject.version,
        purl: itself,
        licenses: licensesOf(subject.license),
      },
    },
    components: unique.sort((one, other) => (one.purl < other.purl ? -1 : 1)),
    dependencies: dependenciesOf([
      [itself, [...subject.needs, ...subject.bundled].map(reference)],
      ...Array.from(needed, ([path, needs]) => [reference(path), needs.map(reference)] as const),
    ]),
  }
  const serialNumber = `urn:uuid:${uuidOf(JSON.stringify(content))}`
  const bill = { bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber, version: 1, ...content }
  return `${JSON.stringify(bill, undefined, 2)}\n`
}

/** https://github.com/package-url/purl-spec: the `@` of a scope is escaped. */
function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`
}

/** The same package may lie in several folders. */
function dependenciesOf(all: readonly (readonly [string, readonly string[]])[]): object[] {
  const byReference = new Map<string, Set<string>>()
  for (const [ref, needs] of all) {
    const known = byReference.get(ref) ?? new Set()
    byReference.set(ref, known.union(new Set(needs)))
  }
  return Array.from(byReference, ([ref, needs]) => ({ ref, dependsOn: [...needs].sort() })).sort(
    (one, other) => (one.ref < other.ref ? -1 : 1),
  )
}

function licensesOf(license: string): object[] {
  return [/ (?:OR|AND) /.test(license) ? { expression: license } : { license: { id: license } }]
}

/** The lock file has the digest of the package's tarball in base64. */
function hashOf(integrity: string): object {
  const [algorithm = '', digest = ''] = integrity.split('-', 2)
  return { alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(digest, 'base64').toString('hex') }
}

/** The same for the same content (a UUID of version 8, RFC 9562). */
function uuidOf(text: string): string {
  const digits = createHash('sha256').update(text).digest('hex')
  const parts = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ]
  return parts.join('-')
}
