import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Connection } from './incoming.ts'

export function connectionOf(socket: Socket, requestId: string, hostId: string): Connection {
  const isSecure = socket instanceof TLSSocket
  return {
    remoteAddress: socket.remoteAddress,
    isSecure,
    tlsVersion: isSecure ? (socket.getProtocol() ?? undefined) : undefined,
    requestId,
    hostId,
  }
}
