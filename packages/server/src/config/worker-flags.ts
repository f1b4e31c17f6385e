import type { Config } from './config.ts'

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

/** With which glibc keeps what is freed in one place for all threads, and not in up to eight a core, each with a rest of its own. */
export const ARENA_VARIABLES: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' }

/**
 * What the environment of a worker has besides: 40 MB less of its own, and no row takes more CPU. glibc reads it at the start of a process
 * alone. Threads of librados allocate too often for one place.
 */
export function workerVariables(
  { blobs }: Pick<Config, 'blobs'>,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<string, string>> {
  const isSaid =
    variables['MALLOC_ARENA_MAX'] !== undefined || variables['GLIBC_TUNABLES']?.includes('malloc.arena')
  return isSaid || blobs.engine === 'ceph' ? {} : ARENA_VARIABLES
}
