/**
 * `npm run check`: everything that must hold before a change is handed in, each step with its name and its time.
 * `--quick` leaves the tests out.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkConsoleImports } from './check/console-imports.ts'
import { checkConsoleWords } from './check/console-words.ts'
import { checkDeadExports } from './check/dead-exports.ts'
import { checkImports } from './check/import-rules.ts'
import type { LockedPackage } from './check/licences.ts'
import { missingPackages } from './check/missing-packages.ts'
import { checkServiceFloors } from './check/service-floors.ts'
import { type Complaint, complaintText, readSourceFiles, type SourceFile } from './check/source-file.ts'
import { checkTidy } from './check/tidy.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Step {
  readonly name: string
  /** Prints what is wrong; returns whether nothing is. */
  readonly passes: () => boolean
}

const steps: readonly Step[] = [
  { name: 'packages', passes: packagesAreThere },
  { name: 'generated files', passes: command('node', 'tools/generate.ts', '--check') },
  { name: 'format', passes: command('oxfmt', '--check') },
  { name: 'lint', passes: command('oxlint', '--type-aware', '--deny-warnings') },
  { name: 'types', passes: command('tsc', '--noEmit') },
  { name: 'types of the console', passes: command('tsc', '--noEmit', '-p', 'packages/console') },
  {
    name: 'import rules',
    passes: () => report(checkRooms(readSourceFiles(root, 'packages', ['.ts', '.tsx']))),
  },
  {
    name: 'tidy',
    passes: () =>
      report(checkTree(readSourceFiles(root, '', ['.ts', '.tsx', '.md', '.js', '.json', '.png']))),
  },
  ...(process.argv.includes('--quick') ? [] : [{ name: 'tests', passes: command('vitest', 'run') }]),
]

function packagesAreThere(): boolean {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>
  }
  const missing = missingPackages(lock.packages, (path) => existsSync(join(root, path)))
  for (const path of missing) console.error(`package-lock.json has ${path}: npm install`)
  return missing.length === 0
}

function checkRooms(files: readonly SourceFile[]): Complaint[] {
  return [...checkImports(files), ...checkConsoleImports(files), ...checkConsoleWords(files)]
}

function checkTree(files: readonly SourceFile[]): Complaint[] {
  const source = files.filter(({ path }) => /\.tsx?$/.test(path))
  return [...checkTidy(files), ...checkServiceFloors(source), ...checkDeadExports(source)]
}

function command(program: string, ...args: string[]): () => boolean {
  // npm puts the programs of node_modules and its own Node first on the path.
  return () => spawnSync(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
}

function report(complaints: readonly Complaint[]): boolean {
  for (const complaint of complaints) console.error(complaintText(complaint))
  return complaints.length === 0
}

function run({ name, passes }: Step): boolean {
  console.log(`\n── ${name}`)
  const start = performance.now()
  const passed = passes()
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${passed ? '✓' : '✗'} ${name} (${seconds} s)`)
  return passed
}

// Every step runs, so that one round shows everything there is to mend.
const failed = steps.filter((step) => !run(step)).map((step) => step.name)
console.log(failed.length === 0 ? '\nAll is well.' : `\nNot yet: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
