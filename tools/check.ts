/**
 * `npm run check`: everything that must hold before a change is handed in, each step with its name and its time.
 * `--quick` leaves the tests out.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { checkDeadExports } from './check/dead-exports.ts'
import { checkImports } from './check/import-rules.ts'
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
  { name: 'generated files', passes: command('node', 'tools/generate.ts', '--check') },
  { name: 'format', passes: command('oxfmt', '--check') },
  { name: 'lint', passes: command('oxlint', '--type-aware', '--deny-warnings') },
  { name: 'types', passes: command('tsc', '--noEmit') },
  {
    name: 'import rules',
    passes: () => report(checkImports(readSourceFiles(root, 'packages/server/src', ['.ts']))),
  },
  {
    name: 'tidy',
    passes: () => report(checkTree(readSourceFiles(root, '', ['.ts', '.md', '.js', '.json']))),
  },
  ...(process.argv.includes('--quick') ? [] : [{ name: 'tests', passes: command('vitest', 'run') }]),
]

function checkTree(files: readonly SourceFile[]): Complaint[] {
  const source = files.filter(({ path }) => path.endsWith('.ts'))
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
