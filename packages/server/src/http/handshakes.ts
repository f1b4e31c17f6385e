import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { TlsOptions } from 'node:tls'

/**
 * Connections whose TLS handshake is under way. Node's HTTP server knows nothing of them until it is done, so nothing else
 * would end them where the server ends.
 */
export class Handshakes {
  readonly #sockets = new Map<string, Socket>()

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      const peer = peerOf(socket)
      this.#sockets.set(peer, socket)
      socket.once('close', () => {
        if (this.#sockets.get(peer) === socket) this.#sockets.delete(peer)
      })
    })
    server.on('secureConnection', (socket: Socket) => this.#sockets.delete(peerOf(socket)))
  }

  /** Nobody has asked for anything on them. */
  end(): void {
    for (const socket of this.#sockets.values()) socket.destroy()
  }
}

/** The same for a connection before and after its handshake, and another's for no other as long as it is open. */
function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}

/** A handshake takes as long as a head may, not Node's two minutes; older versions of TLS are broken. */
export function tlsSettings({ headersMilliseconds }: { readonly headersMilliseconds: number }): TlsOptions {
  return { handshakeTimeout: headersMilliseconds, minVersion: 'TLSv1.2' }
}
