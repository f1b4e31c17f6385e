import type { ServerResponse } from 'node:http'

/** Aborts when the client goes away before it has its answer. */
export function abortedWithout(response: ServerResponse): AbortController {
  const controller = new AbortController()
  const gone = (): void => {
    if (!response.writableFinished) controller.abort(new Error('the client went away'))
  }
  if (response.destroyed) gone()
  else response.once('close', gone)
  return controller
}
