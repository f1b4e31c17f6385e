import { access } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import { skip } from '../support/require-command.ts'

/** Where `.ci/clients` puts what it installs. */
const folder =
  process.env['HOLDFAST_CLIENTS'] ??
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'holdfast-clients')

/** The path of a program that `.ci/clients` has put there; without it the test is reported as skipped. */
export async function requireFurtherClient(context: TestContext, name: string): Promise<string> {
  const path = join(folder, name)
  try {
    await access(path)
    return path
  } catch {
    return skip(context, `there is no ${path}; .ci/clients makes it`)
  }
}
