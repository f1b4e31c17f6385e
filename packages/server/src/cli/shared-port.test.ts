import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { SharedPort, SharedPorts, type SocketChannel } from './shared-port.ts'

/** The primary's end of a channel to a worker that has asked for the port. */
async function joined(primary: SharedPort) {
  const sent: Socket[] = []
  const { promise: port, resolve } = Promise.withResolvers<number>()
  let tell: (message: unknown) => void = () => {}
  const channel: SocketChannel = {
    send(message, connection) {
      if (connection) sent.push(connection)
      if (message.type === 'port') resolve(message.port)
    },
    onMessage: (take) => (tell = (message) => take(message, undefined)),
  }
  primary.join(channel)
  tell({ type: 'port-asked', address: { host: '127.0.0.1', port: 0 } })
  return { channel, sent, tell: (message: unknown) => tell(message), port: await port }
}

it('ends connections that were on their way to a worker that died, and no others', async () => {
  const primary = new SharedPort()
  const worker = await joined(primary)
  const clients = Array.from({ length: 3 }, () => connect(worker.port, '127.0.0.1').resume())
  await expect.poll(() => worker.sent.length).toBe(3)
  expect(worker.sent.map(({ destroyed }) => destroyed)).toEqual([false, false, false])
  worker.tell({ type: 'connections-taken', count: 1 })
  expect(worker.sent.map(({ destroyed }) => destroyed)).toEqual([true, false, false])
  const ended = clients.map((client) => once(client, 'close'))
  primary.leave(worker.channel)
  await Promise.all(ended)
  primary.close()
})

it('gives nothing to a worker whose place was taken while it was starting', async () => {
  const primary = new SharedPorts()
  const worker = () => {
    const sent: Socket[] = []
    const { promise: port, resolve } = Promise.withResolvers<number>()
    const takes: ((message: unknown, connection: unknown) => void)[] = []
    const channel: SocketChannel = {
      send(message, connection) {
        if (connection) sent.push(connection)
        if (message.type === 'port') resolve(message.port)
      },
      onMessage: (take) => void takes.push(take),
    }
    primary.join(channel)
    const ask = (): void => {
      const asked = { type: 'port-asked', portName: 's3', address: { host: '127.0.0.1', port: 0 } }
      for (const take of takes.slice()) take(asked, undefined)
    }
    return { channel, sent, ask, port }
  }
  const [late, serving] = [worker(), worker()]
  serving.ask()
  primary.retire(late.channel)
  late.ask()
  expect(await late.port).toBe(await serving.port)
  const port = await serving.port
  const clients = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').resume())
  await expect.poll(() => serving.sent.length + late.sent.length).toBe(4)
  expect(late.sent).toHaveLength(0)
  for (const { channel } of [late, serving]) primary.leave(channel)
  for (const client of clients) client.destroy()
  primary.close()
})
