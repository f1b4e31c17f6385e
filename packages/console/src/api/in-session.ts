import { ApiError, plainCode } from './api-error.ts'
import { type Session, signedIn, signedInAnew } from './session.ts'

/** Does what needs a session, and once more with the next one where that was over and somebody has signed in anew. */
export async function inSession<T>(run: (session: Session) => Promise<T>): Promise<T> {
  for (;;) {
    const session = signedIn()
    try {
      return await run(session)
    } catch (error) {
      if (!isOver(error, session) || !(await signedInAnew(session))) throw error
    }
  }
}

function isOver(error: unknown, { expiration }: Session): boolean {
  if (!(error instanceof ApiError)) return false
  if (plainCode(error) === 'ExpiredToken') return true
  // Answers to HEAD do not tell it.
  return error.code === '400' && expiration !== undefined && Date.parse(expiration) <= Date.now()
}
