import { notImplemented } from '../../../model/query-error.ts'

/** The keys of root users stand in the config, or are changed by whoever runs the server (`holdfast accounts`). */
export function keysOfRoot(): Promise<never> {
  return Promise.reject(notImplemented("Changing a root user's access keys, which is left to the operator,"))
}
