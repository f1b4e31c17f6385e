import { S3Error } from '../../model/s3-error.ts'

/** Thrown by a check that finds another thing than the rules looked at. */
export class Changed extends Error {
  override readonly name = 'Changed'
}

/**
 * Runs one action of a rule: 1 when it was done, 0 when it is no longer called for, because the thing changed, went, or
 * is locked. Faults of storage are thrown.
 */
export async function tryAction(action: () => Promise<unknown>): Promise<number> {
  try {
    await action()
    return 1
  } catch (error) {
    if (error instanceof Changed || error instanceof S3Error) return 0
    throw error
  }
}

/** The sum of what actions did, one after the other: for those that move bytes. */
export async function tryEach(actions: readonly (() => Promise<unknown>)[]): Promise<number> {
  let done = 0
  for (const action of actions) done += await tryAction(action)
  return done
}

/** The sum of what actions did that run side by side, so that their commits share a flush. */
export async function tryAll(actions: readonly (() => Promise<unknown>)[]): Promise<number> {
  const done = await Promise.all(actions.map(tryAction))
  return done.reduce((sum, one) => sum + one, 0)
}
