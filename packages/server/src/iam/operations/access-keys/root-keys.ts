import { notImplemented } from '../../../model/query-error.ts'

/** The keys of root users stand in the config, which no request changes. */
export function keysOfConfig(): Promise<never> {
  return Promise.reject(notImplemented("Changing a root user's access keys, which stand in the config,"))
}
