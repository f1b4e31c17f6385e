const MEBIBYTE = 1024 * 1024

/** For a machine with nothing else to do. */
export const isLarge = process.env['HOLDFAST_TEST_LARGE'] === '1'

/** The size of the big file that goes through each client: 1 GiB with `HOLDFAST_TEST_LARGE=1`, else 32 MiB. */
export const largeSizeBytes = (isLarge ? 1024 : 32) * MEBIBYTE

/** How many files a tree has that goes through a client: more than a page of a listing. */
export const treeFiles = isLarge ? 2000 : 1100

/** How many times over a small thing is done whose cost must not grow with that. */
export const manyTimes = isLarge ? 10_000 : 1000

/** How often something random is tried: so often with `HOLDFAST_TEST_LARGE=1`, else a fraction of it, of a quarter unless told. */
export function tries(count: number, divisor = 4): number {
  return isLarge ? count : Math.ceil(count / divisor)
}

/** For tests that run programs: they may be slow to start, and the big file is slow anyway. */
export const clientTimeoutMilliseconds = isLarge ? 900_000 : 180_000
