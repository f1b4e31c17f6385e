import { ApiError } from './api-error.ts'

/** Whether what is there may be replaced: asked only where something is. */
export type MayReplace = () => Promise<boolean>

/** What makes a write fail with `PreconditionFailed` where there is an object of the key. */
export const UNLESS_THERE = { 'if-none-match': '*' }

/**
 * Writes unless there is an object of the key, and once more over it where that may be. Resolves to false where what is there stays.
 */
export async function writeUnlessThere(
  write: (replace: boolean) => Promise<unknown>,
  mayReplace: MayReplace,
): Promise<boolean> {
  try {
    await write(false)
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'PreconditionFailed') throw error
    if (!(await mayReplace())) return false
    await write(true)
  }
  return true
}
