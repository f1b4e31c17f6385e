import type { TestProject } from 'vitest/node'
import { buildServer } from '../../tools/build-server.ts'

/** Builds the server once for a run, and anew for each further one of a watch; executable.ts knows where it is. */
export function setup(project: TestProject): (() => void) | undefined {
  // Each project of vitest.config.ts asks for it.
  if (process.env['HOLDFAST_BUILT_COMMAND'] !== undefined) return undefined
  const built = buildServer()
  project.onTestsRerun(built.build)
  process.env['HOLDFAST_BUILT_COMMAND'] = built.command
  return () => built[Symbol.dispose]()
}
