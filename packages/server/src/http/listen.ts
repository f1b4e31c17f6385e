import type { Server as HttpServer } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** Brings connections to a server, whose `connection` event takes any duplex stream; resolves to the port they come by. */
export type Listen = (server: HttpServer, address: ListenAddress) => Promise<number>

export const listenOnSocket: Listen = listening

/** Resolves to the port when a server accepts connections. */
export function listening(server: Server, { host, port }: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.removeListener('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

/** A connection that was accepted, and not yet read from. */
export type AcceptedSocket = Socket

/** Where connections come from that another process accepts. */
export interface Handover {
  /** Has the other process listen, or rejects with why it cannot; resolves to the port. */
  listen(address: ListenAddress): Promise<number>
  /** Called once. */
  onConnection(take: (connection: AcceptedSocket) => void): void
  /** So many of those that came have ended. */
  ended(connections: number): void
}

/** Serves connections that another process accepts. */
export function listenOnHandover(handover: Handover): Listen {
  return (server, address) => {
    let open = 0
    let ended = 0
    const tell = (): void => {
      handover.ended(ended)
      ended = 0
    }
    handover.onConnection((connection) => {
      open++
      connection.once('close', () => {
        open--
        if (ended++ === 0) setImmediate(tell)
      })
      if (open > (server.maxConnections ?? Infinity)) connection.destroy()
      else server.emit('connection', connection)
    })
    // Only then does a server look after its connections, idle ones say.
    server.emit('listening')
    return handover.listen(address)
  }
}
