/**
 * `npm run audit`: the licences of everything that the lock file names, and its known holes where the registry's advisory
 * service answers; where it does not, that is said, and is no failure.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { checkLicences, type LockedPackage } from './check/licences.ts'
import { type Holes, readAuditReport } from './check/audit-report.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const passed = [checkLicencesOfAll(), checkHoles(askForHoles())]
process.exitCode = passed.includes(false) ? 1 : 0

function checkLicencesOfAll(): boolean {
  const text = readFileSync(`${root}package-lock.json`, 'utf8')
  const { packages } = JSON.parse(text) as { packages: Record<string, LockedPackage> }
  const complaints = checkLicences(packages)
  for (const complaint of complaints)
    console.error(`✗ ${complaint}: not on the list in tools/check/licences.ts`)
  if (complaints.length === 0) console.log(`✓ licences of ${Object.keys(packages).length} packages`)
  return complaints.length === 0
}

function askForHoles(): Holes {
  const { stdout } = spawnSync('npm', ['audit', '--json'], { cwd: root, encoding: 'utf8', timeout: 120_000 })
  return readAuditReport(stdout)
}

function checkHoles(holes: Holes): boolean {
  if (holes.kind === 'unknown') {
    console.warn(`! known holes were NOT looked for: the advisory service gave no answer (${holes.reason})`)
    return true
  }
  for (const hole of holes.found) console.error(`✗ ${hole}`)
  if (holes.found.length === 0) console.log('✓ no known holes')
  return holes.found.length === 0
}
