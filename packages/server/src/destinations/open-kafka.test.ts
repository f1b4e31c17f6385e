import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import * as tls from 'node:tls'
import { expect, it } from 'vitest'
import { freePort } from '../../../../tests/support/free-port.ts'
import { listen } from '../../../../tests/support/listen.ts'
import { systemClock } from '../base/clock.ts'
import { systemDisk } from '../base/disk.ts'
import type { DeliveryFailure, EventSender } from '../s3/shared/announcing/event-sender.ts'
import { openKafka } from './open-kafka.ts'

const arn = 'arn:aws:sns:us-east-1:100000000001:uploads'

function senderTo(
  resources: AsyncDisposableStack,
  brokers: readonly string[],
  more: object = {},
): Promise<EventSender> {
  const opening = {
    config: { arn },
    setting: 'kafka',
    dataDirectory: undefined,
    disk: systemDisk,
    clock: systemClock,
    resources,
  }
  return openKafka({ brokers, topic: 'uploads', ...more }, opening)
}

const failureOf = (sending: Promise<void>): Promise<unknown> =>
  sending.then(
    () => undefined,
    ({ kind, message }: DeliveryFailure) => [kind, message],
  )

it('tells that nobody is there', async () => {
  await using resources = new AsyncDisposableStack()
  const port = await freePort()
  const sender = await senderTo(resources, [`127.0.0.1:${port}`, `[::1]:${port}`])
  const sending = sender.send(arn, '{}', new AbortController().signal)
  expect(await failureOf(sending)).toEqual(['unavailable', 'it could not be reached (ECONNREFUSED)'])
})

it('leaves no connection behind, though the broker says nothing', async () => {
  const server = createServer()
  const { host } = new URL(await listen(server))
  const resources = new AsyncDisposableStack()
  const sender = await senderTo(resources, [host])
  const stop = new AbortController()
  const sending = failureOf(sender.send(arn, '{}', stop.signal))
  const [socket] = (await once(server, 'connection')) as [Socket]
  const ended = once(socket.resume(), 'close')
  stop.abort()
  expect(await sending).toEqual(['unavailable', 'it did not answer in time'])
  await ended
  await resources.disposeAsync()
  server.close()
})

it('asks for a broker by its name where it has one', async () => {
  const names: unknown[] = []
  const server = tls.createServer({
    SNICallback: (name, done) => {
      names.push(name)
      done(null)
    },
  })
  const { port } = new URL(await listen(server))
  await using resources = new AsyncDisposableStack()
  const sender = await senderTo(resources, [`127.0.0.1:${port}`, `localhost:${port}`], { tls: true })
  const failure = await failureOf(sender.send(arn, '{}', new AbortController().signal))
  expect(failure).toEqual(['unavailable', expect.stringContaining('it could not be reached (ERR_SSL_')])
  expect(new Set(names)).toEqual(new Set(['localhost']))
  server.close()
})
