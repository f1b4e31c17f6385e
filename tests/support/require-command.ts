import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'vitest'
import { runCommand } from './run-command.ts'

/**
 * Goes on where the program is installed. Elsewhere the test is reported as skipped, with the reason, or fails where
 * the environment has `CI_REQUIRE_CLIENTS=1`. Never passes silently.
 */
export async function requireCommand(context: TestContext, command: string): Promise<void> {
  if (!(await isInstalled(command))) unavailable(context, `${command} is not installed`)
}

/** A Python that has the module; skips or fails as {@link requireCommand} does. */
export async function requirePythonModule(context: TestContext, module: string): Promise<string> {
  return (await pythonWith(module)) ?? unavailable(context, `no python3 has the module ${module}`)
}

/** A Python that has the module, if there is one. */
export function pythonWith(module: string): Promise<string | undefined> {
  let python = pythons.get(module)
  if (!python) pythons.set(module, (python = pythonThatHas(module)))
  return python
}

/** By module: one look is enough for all tests. */
const pythons = new Map<string, Promise<string | undefined>>()

/** Its own path: a `python3` that chooses between versions is a script, which costs as much as many tests. */
async function pythonThatHas(module: string): Promise<string | undefined> {
  for (const python of ['python3', '/usr/bin/python3']) {
    if (!(await isInstalled(python))) continue
    const line = `import ${module}, sys; print(sys.executable)`
    const { exitCode, text } = await runCommand(python, ['-c', line], { allowFailure: true })
    if (exitCode === 0) return text.trim()
  }
  return undefined
}

/**
 * A module that is too heavy to be a dependency of the tests, from the folder that `HOLDFAST_NODE_CLIENTS` names; skips or
 * fails as {@link requireCommand} does. What it is has to be said by who asks.
 */
export function requireNodeModule(context: TestContext, module: string): unknown {
  const folder = process.env['HOLDFAST_NODE_CLIENTS']
  if (folder === undefined)
    return unavailable(context, `HOLDFAST_NODE_CLIENTS names no folder with ${module}`)
  try {
    return createRequire(join(folder, 'node_modules', 'x.js'))(module) as unknown
  } catch {
    return unavailable(context, `${folder} has no module ${module}`)
  }
}

function unavailable(context: TestContext, reason: string): never {
  if (process.env['CI_REQUIRE_CLIENTS'] === '1') throw new Error(reason)
  return skip(context, reason)
}

/** Skips the test, and says so where the reporter would only count. */
export function skip(context: TestContext, reason: string): never {
  process.stderr.write(`skipped: ${context.task.name}: ${reason}\n`)
  return context.skip(reason)
}

async function isInstalled(command: string): Promise<boolean> {
  const folders = command.includes('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter)
  const found = await Promise.all(
    folders.map(async (folder) => {
      try {
        await access(join(folder, command), constants.X_OK)
        return true
      } catch {
        return false
      }
    }),
  )
  return found.includes(true)
}
