import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** Brings connections to a server, whose `connection` event takes any duplex stream; resolves to the port they come by. */
export type Listen = (server: Server, address: ListenAddress) => Promise<number>

export const listenOnSocket: Listen = (server, { host, port }) =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.removeListener('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
