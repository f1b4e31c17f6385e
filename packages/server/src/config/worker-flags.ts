/**
 * Of each half of V8's young generation, in MiB. By default one grows to 32, as few objects of a request outlive it: a worker takes 40 MB more then,
 * and no less CPU. V8 takes it at the start of a process alone.
 */
export const YOUNG_FLAG = '--max-semi-space-size=8'

/** Node's own words for the process of a worker. Who has said how large the young generation may be is heard. */
export function workerFlags(
  own: readonly string[] = process.execArgv,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): string[] {
  const isSaid = /--max[-_]semi[-_]space[-_]size\b/.test([...own, variables['NODE_OPTIONS']].join(' '))
  return isSaid ? [...own] : [...own, YOUNG_FLAG]
}
