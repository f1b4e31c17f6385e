import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import { listen } from '../support/listen.ts'

/** Bytes that do not arrive as they were sent: the proxy changes the last of them. */
export const FRAGILE = Buffer.from('<this does not survive the way>')

export interface Proxy extends AsyncDisposable {
  readonly url: string
}

/** Hands everything on to the server, but flips a bit of what is {@link FRAGILE}, in both directions. */
export async function startTamperingProxy(serverPort: number): Promise<Proxy> {
  const sockets = new Set<Socket>()
  const proxy = createServer((client) => {
    const server = connect(serverPort, '127.0.0.1')
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        client.destroy()
        server.destroy()
      })
    }
    client.pipe(tamper()).pipe(server)
    server.pipe(tamper()).pipe(client)
  })
  return {
    url: await listen(proxy),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      proxy.close()
      await once(proxy, 'close')
    },
  }
}

function tamper(): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const at = chunk.indexOf(FRAGILE)
      if (at >= 0) chunk.writeUInt8(chunk.readUInt8(at) ^ 1, at)
      done(null, chunk)
    },
  })
}
