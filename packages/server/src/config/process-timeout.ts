import type { Config } from './config.ts'

/** How long a process that says nothing counts as alive, unless the config says otherwise for tests. */
const PROCESS_TIMEOUT_MILLISECONDS = 30_000

export function processTimeoutMilliseconds({ config: { testing } }: { readonly config: Config }): number {
  const seconds = testing?.processTimeoutSeconds
  return seconds === undefined ? PROCESS_TIMEOUT_MILLISECONDS : seconds * 1000
}
