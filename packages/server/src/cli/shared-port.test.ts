import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { listenOnSharedPorts, SharedPort, SharedPorts, type SocketChannel } from './shared-port.ts'

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

it('gives the next connections to others where a worker does not take one', async () => {
  const clock = new MovableClock(new Date('2026-01-01'))
  const primary = new SharedPort(clock)
  const [stuck, other] = [await joined(primary), await joined(primary)]
  const clients: Socket[] = []
  const open = async (count: number): Promise<number[]> => {
    for (let opened = 0; opened < count; opened++) clients.push(connect(stuck.port, '127.0.0.1').resume())
    await expect.poll(() => stuck.sent.length + other.sent.length).toBe(clients.length)
    other.tell({ type: 'connections-taken', count: other.sent.length })
    return [stuck.sent.length, other.sent.length]
  }
  expect(await open(2)).toEqual([1, 1])
  clock.advance(1001)
  expect(await open(3)).toEqual([1, 4])
  stuck.tell({ type: 'connections-taken', count: 1 })
  expect(await open(3)).toEqual([4, 4])
  for (const client of clients) client.destroy()
  primary.leave(stuck.channel)
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

/** A worker of this process that serves on the ports of a primary. */
function workerOf(primary: SharedPorts) {
  const takers: ((message: unknown, connection: unknown) => void)[][] = [[], []]
  const end = (own: number): SocketChannel => ({
    send(message, connection) {
      // In one process there is one side of a connection, which nobody is to close.
      if (message.type === 'connections-taken') return
      setImmediate(() => {
        for (const take of takers[1 - own] ?? []) take(message, connection)
        // As it is that comes to another process.
        connection?.resume()
      })
    },
    onMessage: (take) => void takers[own]?.push(take),
  })
  const [ofPrimary, ofWorker] = [end(0), end(1)]
  primary.join(ofPrimary)
  const serve = (kind: string, says: string, port = 0): Promise<number> => {
    const server: Server = createServer((_, response) => response.end(says))
    return listenOnSharedPorts(ofWorker, kind)(server, { host: '127.0.0.1', port })
  }
  return { serve, leave: () => primary.leave(ofPrimary) }
}

async function said(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })
  return answer.text()
}

it('tells the ports of one worker apart', async () => {
  const primary = new SharedPorts()
  const worker = workerOf(primary)
  const [first, second] = await Promise.all([worker.serve('s3', 'objects'), worker.serve('console', 'page')])
  expect(await said(first)).toBe('objects')
  expect(await said(second)).toBe('page')
  primary.close()
})

it('closes a port that the config does not name any more, and no other', async () => {
  const primary = new SharedPorts()
  const old = workerOf(primary)
  const s3 = await old.serve('s3', 'old')
  const [before, after] = [await freePort(), await freePort()]
  await old.serve('console', 'old', before)
  const renewed = workerOf(primary)
  expect(await renewed.serve('s3', 'new')).toBe(s3)
  await renewed.serve('console', 'new', after)
  old.leave()
  expect(await said(s3)).toBe('new')
  expect(await said(after)).toBe('new')
  const another = createServer().listen(before, '127.0.0.1')
  await once(another, 'listening')
  another.close()
  primary.close()
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
