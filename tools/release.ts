/**
 * `npm run release -- VERSION --out DIR`: makes all that a release has, and publishes nothing. The same commit, the same Node.js
 * and the same installed packages make the same bytes. `--node DIR` has a Node.js come along, as nodejs.org publishes it.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { changelogSection } from './release/changelog-section.ts'
import { makePlatformTarball } from './release/platform-tarball.ts'
import { PUBLISHED, refusals } from './release/refusals.ts'
import { nameOf, shippedPackages, type LockedPackages } from './release/shipped-packages.ts'
import { softwareBill } from './release/software-bill.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, node: { type: 'string' } },
})
const [version] = positionals
if (version === undefined || values.out === undefined || positionals.length > 1) {
  console.error('npm run release -- VERSION --out DIR [--node DIR]')
  process.exit(2)
}
const out = resolve(values.out)
const refused = refusals(root, version, out)
for (const reason of refused) console.error(`✗ ${reason}`)
if (refused.length > 0) process.exit(1)
makeRelease(version, out, values.node)

function makeRelease(ofVersion: string, to: string, node: string | undefined): void {
  mkdirSync(to, { recursive: true })
  for (const folder of PUBLISHED)
    execFileSync('npm', ['pack', '--silent', '--workspace', folder, '--pack-destination', to], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: LockedPackages
  }
  const time = new Date(Number(git('log', '-1', '--format=%ct')) * 1000)
  const shipped = shippedPackages(packages, 'packages/server')
  const packed = join(to, `holdfast-${ofVersion}.tgz`)
  makePlatformTarball({ root, version: ofVersion, packed, shipped, node, time, out: to })
  const { license = '', dependencies, optionalDependencies } = packages['packages/server'] ?? {}
  const own = new Set(Object.keys({ ...dependencies, ...optionalDependencies }))
  const needs = [...shipped.keys()].filter((path) => own.has(nameOf(path)))
  const subject = { name: 'holdfast', version: ofVersion, license, time, needs, bundled: bundled(packages) }
  writeFileSync(join(to, `holdfast-${ofVersion}.cdx.json`), softwareBill(subject, shipped, packages))
  const changes = changelogSection(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), ofVersion)
  writeFileSync(join(to, 'CHANGES.md'), changes ?? '')
  const files = readdirSync(to).sort()
  writeFileSync(
    join(to, 'SHA256SUMS'),
    files.map((name) => `${digestOf(join(to, name))}  ${name}\n`).join(''),
  )
  console.log([...files, 'SHA256SUMS'].join('\n'))
}

/** What is built into the server's files: its notices name each with its version. */
function bundled(packages: LockedPackages): string[] {
  const notices = readFileSync(join(root, 'packages/server/dist/THIRD-PARTY-NOTICES.txt'), 'utf8')
  return Object.entries(packages)
    .filter(([path, { version: there }]) => {
      const isPackage = path.includes('node_modules/') && there !== undefined
      return isPackage && `\n${notices}`.includes(`\n${nameOf(path)} ${there}\n`)
    })
    .map(([path]) => path)
}

function git(...line: string[]): string {
  return execFileSync('git', line, { cwd: root, encoding: 'utf8' }).trim()
}

function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
