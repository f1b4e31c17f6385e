import { createRequire } from 'node:module'

/** The same file from the source and from what is published. */
export function ownVersion(): string {
  const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }
  return version
}
