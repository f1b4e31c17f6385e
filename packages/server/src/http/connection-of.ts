import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Forwarded } from './trusted-proxies.ts'
import type { Connection } from './incoming.ts'

/** The connection of the client, as far as it is known: where proxies that are trusted speak for it, it is what they say. */
export function connectionOf(
  socket: Socket,
  forwarded: Forwarded | undefined,
  { requestId, hostId }: { readonly requestId: string; readonly hostId: string },
): Connection {
  const isSecure = socket instanceof TLSSocket
  return {
    remoteAddress: forwarded ? forwarded.address : socket.remoteAddress,
    isSecure: forwarded?.isSecure ?? isSecure,
    // That of the proxy's own connection says nothing of the client's.
    tlsVersion: isSecure && !forwarded ? (socket.getProtocol() ?? undefined) : undefined,
    requestId,
    hostId,
  }
}
