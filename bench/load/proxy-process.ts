import { type AddressInfo, connect, createServer } from 'node:net'

// Run by engine.ts: takes the ports of the nodes as its first message and answers with the port it listens on.

function serve(ports: readonly number[]): void {
  let next = 0
  const server = createServer((client) => {
    const node = connect({ host: '127.0.0.1', port: ports[next++ % ports.length] ?? 0, noDelay: true })
    client.setNoDelay(true)
    client.pipe(node).pipe(client)
    client.on('error', () => node.destroy())
    node.on('error', () => client.destroy())
  })
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
}

process.once('disconnect', () => process.exit())
process.once('message', (ports: readonly number[]) => serve(ports))
