import { ParameterError } from './check-parameters.ts'
import type { RequestOptions } from './request.ts'

/** How long a waiter waits. The defaults are boto3's: every 5 seconds, 20 times. */
export interface WaitOptions {
  readonly delayMilliseconds?: number | undefined
  readonly maximumAttempts?: number | undefined
  readonly abortSignal?: AbortSignal | undefined
}

/** A waiter has asked as often as it may, and what it waits for has not come. */
export class WaitTimeoutError extends Error {
  override readonly name = 'WaitTimeoutError'
}

/** What is waited for, and the status that ends or prolongs it; any other error of the service rejects at once. */
export interface Awaited {
  /** As in `Bucket(name=photos) exists`. */
  readonly what: string
  readonly success: readonly number[]
  readonly retry: readonly number[]
}

/** Asks until the status of the answer is one of success. Throws {@link WaitTimeoutError} or the service's error. */
export async function waitUntil(
  ask: (options: RequestOptions | undefined) => Promise<unknown>,
  { what, success, retry }: Awaited,
  { delayMilliseconds = 5000, maximumAttempts = 20, abortSignal }: WaitOptions = {},
): Promise<void> {
  if (!(maximumAttempts >= 1 && delayMilliseconds >= 0))
    throw new ParameterError('maximumAttempts must be a number from 1, delayMilliseconds one from 0')
  for (let attempt = 1; attempt <= maximumAttempts; attempt++) {
    abortSignal?.throwIfAborted()
    const { status, error } = await statusOf(() => ask(abortSignal && { abortSignal }))
    if (success.includes(status)) return
    if (error !== undefined && !retry.includes(status)) throw error
    if (attempt < maximumAttempts) await sleep(delayMilliseconds, abortSignal)
  }
  throw new WaitTimeoutError(`Not so after ${maximumAttempts} attempts: ${what}`)
}

async function statusOf(ask: () => Promise<unknown>): Promise<{ status: number; error?: unknown }> {
  try {
    await ask()
    return { status: 200 }
  } catch (error) {
    return { status: httpStatusOf(error) ?? 0, error }
  }
}

/** The HTTP status that an error of the SDK carries. */
function httpStatusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined
  return (error.$metadata as { httpStatusCode?: number }).httpStatusCode
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(end, milliseconds)
    signal?.addEventListener('abort', end)
    // A signal that is aborted already tells nobody.
    if (signal?.aborted) end()
    function end() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      if (signal?.aborted) reject(signal.reason as Error)
      else resolve()
    }
  })
}
