import { readFileSync } from 'node:fs'

/**
 * How many files and connections this process may have open at once. `undefined` where that is unlimited, or not told:
 * only Linux says it without native code.
 */
export function openFileLimit(path = '/proc/self/limits'): number | undefined {
  try {
    const [, limit] = /^Max open files +(\d+)/m.exec(readFileSync(path, 'utf8')) ?? []
    return limit === undefined ? undefined : Number(limit)
  } catch {
    return undefined
  }
}
