import { ApiError } from './api-error.ts'

/** Whether what is there may be replaced: asked only where something is. */
export type MayReplace = () => Promise<boolean>

/** What makes a write fail with `PreconditionFailed` where there is an object of the key. */
export const UNLESS_THERE = { 'if-none-match': '*' }

function isUnmet(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === 'PreconditionFailed'
}

/** What a copy that names the ETag of its source fails with where that has another by now. */
export function isSourceChanged(error: unknown): boolean {
  return isUnmet(error) && error.condition?.startsWith('x-amz-copy-source-') === true
}

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
    if (!isUnmet(error) || isSourceChanged(error)) throw error
    if (!(await mayReplace())) return false
    await write(true)
  }
  return true
}
