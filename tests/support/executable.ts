import { fileURLToPath } from 'node:url'

/**
 * The command `holdfast`: in tests as the package has it, which is what users get and takes half the CPU of a start from the
 * source (built-server.ts); in programs that no test runs, from the source.
 */
export const executable =
  process.env['HOLDFAST_BUILT_COMMAND'] ??
  fileURLToPath(new URL('../../packages/server/bin/holdfast.js', import.meta.url))
