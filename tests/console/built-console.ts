import { mkdirSync, rmdirSync, statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { buildConsole } from '../../tools/build-console.ts'

const lock = fileURLToPath(new URL('../../node_modules/.holdfast-console-build', import.meta.url))
/** A build takes a second: a lock that is older was left by somebody who was ended. */
const STALE_MILLISECONDS = 60_000

/** The folder with the built console. Tests in several threads build it once. */
export async function builtConsole(): Promise<string> {
  while (!isLocked()) await delay(50)
  try {
    buildConsole()
  } finally {
    rmdirSync(lock)
  }
  return fileURLToPath(new URL('../../packages/console/dist', import.meta.url))
}

function isLocked(): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    if (Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > STALE_MILLISECONDS)
      rmdirSync(lock)
    return false
  }
}
