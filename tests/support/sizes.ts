const MEBIBYTE = 1024 * 1024

/** The size of the big file that goes through each client: 1 GiB with `HOLDFAST_TEST_LARGE=1`, else 64 MiB. */
export const largeSizeBytes = (process.env['HOLDFAST_TEST_LARGE'] === '1' ? 1024 : 64) * MEBIBYTE

/** For tests that run programs: they may be slow to start, and the big file is slow anyway. */
export const clientTimeoutMilliseconds = process.env['HOLDFAST_TEST_LARGE'] === '1' ? 900_000 : 180_000
