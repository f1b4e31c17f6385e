import type { Connection } from './incoming.ts'

/** The condition keys that a connection has for the services besides S3, which has more of them. */
export function connectionConditions({ remoteAddress, isSecure }: Connection) {
  return { 'aws:SourceIp': remoteAddress, 'aws:SecureTransport': String(isSecure) }
}
