import { connectionKeys } from '../access/global-keys.ts'
import type { ContextKeys } from '../access/request-context.ts'
import type { Incoming } from './incoming.ts'

/** The condition keys that a request has by how it came, for the services besides S3, which has more of them. */
export function connectionConditions({
  connection,
  head,
}: Pick<Incoming, 'connection' | 'head'>): ContextKeys {
  return Object.fromEntries(connectionKeys(connection, head.headers))
}
