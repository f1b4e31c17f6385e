import * as http from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream'

export interface Balancer extends AsyncDisposable {
  readonly url: string
}

/**
 * A proxy as stands before nodes: each request goes to the next of them, and to the one after it where nobody listens. It
 * tries nothing again that a node has begun to take: that is the client's.
 */
export async function startBalancer(ports: () => readonly number[]): Promise<Balancer> {
  const agent = new http.Agent({ keepAlive: true })
  let next = 0
  const server = http.createServer((request, response) => {
    const order = ports()
    const first = next++
    const forward = (attempt: number): void => {
      if (attempt === order.length) return void response.writeHead(503).end()
      const port = order[(first + attempt) % order.length]
      const { method, url: path } = request
      const headers = { ...request.headers }
      // The proxy has let the client go on already.
      delete headers.expect
      const onward = http.request({ host: '127.0.0.1', port, method, path, headers, agent })
      onward.on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        pipeline(answer, response, () => {})
      })
      onward.on('error', (error: NodeJS.ErrnoException) => {
        // Nothing has been sent yet.
        if (error.code === 'ECONNREFUSED') return forward(attempt + 1)
        if (response.headersSent) response.destroy()
        else response.writeHead(502).end()
      })
      // A body is sent once there is somebody to take it.
      onward.on('socket', (socket: Duplex & { connecting?: boolean }) => {
        const send = (): void => void request.pipe(onward)
        if (socket.connecting) socket.once('connect', send)
        else send()
      })
    }
    forward(0)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
