/**
 * `npm run test:engines`: all tests of `tests/conformance` on each engine for many machines, in clusters of their own; one whose
 * programs are not installed is told. Arguments go to vitest.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { whatCephLacks } from '../tests/support/ceph-cluster.ts'
import { postgresqlPrograms } from '../tests/support/postgresql-cluster.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const lacksPostgresql = postgresqlPrograms() === undefined ? 'PostgreSQL is not installed' : undefined
const engines = [
  { name: 'postgresql', lacks: lacksPostgresql },
  { name: 'postgresql+ceph', lacks: lacksPostgresql ?? whatCephLacks() },
]

function passes(name: string): boolean {
  console.log(`\n── conformance on ${name}`)
  // Each of the thousand requests of a race waits for a database.
  const tests = [
    'run',
    '--project',
    'quick',
    '--testTimeout',
    '60000',
    'tests/conformance',
    ...process.argv.slice(2),
  ]
  // The usual tries of random things are enough here.
  const env = { ...process.env, HOLDFAST_TEST_ENGINE: name, HOLDFAST_TEST_LARGE: undefined }
  return spawnSync('vitest', tests, { cwd: root, env, stdio: 'inherit' }).status === 0
}

for (const { name, lacks } of engines) {
  if (lacks !== undefined) console.log(`\n── conformance on ${name} is skipped: ${lacks}`)
  else if (!passes(name)) process.exitCode = 1
}
