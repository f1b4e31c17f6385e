import { connect, type LookupFunction } from 'node:net'
import * as tls from 'node:tls'
import { servernameOf } from './broker-address.ts'

const PATIENCE_MILLISECONDS = 5000

/**
 * Opens a connection as a request to this URL would, TLS with its certificate and all, sends nothing and ends it. Rejects
 * with the system's error, or with that of TLS.
 */
export function reach(url: URL, lookup?: LookupFunction): Promise<void> {
  const host = url.hostname.replaceAll(/^\[|\]$/g, '')
  const isSecure = url.protocol === 'https:'
  const to = { host, port: Number(url.port || (isSecure ? 443 : 80)), ...(lookup && { lookup }) }
  return new Promise((resolve, reject) => {
    const socket = isSecure ? tls.connect({ ...to, ...servernameOf(host) }) : connect(to)
    socket.setTimeout(PATIENCE_MILLISECONDS, () => socket.destroy(new Error('no answer in 5 s')))
    socket.on('error', reject)
    socket.on(isSecure ? 'secureConnect' : 'connect', () => {
      socket.destroy()
      resolve()
    })
  })
}
