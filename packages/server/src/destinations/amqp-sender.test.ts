import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AmqpStandIn, short } from '../../../../tests/support/amqp-stand-in.ts'
import { freePort } from '../../../../tests/support/free-port.ts'
import { MovableClock } from '../base/clock.ts'
import type { DeliveryFailure } from '../s3/shared/announcing/event-sender.ts'
import { type AmqpOptions, AmqpSender } from './amqp-sender.ts'

const QUEUE = 'arn:aws:sqs:us-east-1:100000000001:uploads'
const MESSAGE = '{"Records":[{"s3":{"object":{"key":"a"}}}]}'
const PASSWORD = 'never-to-be-told'
const live = new AbortController().signal
const CONTROL = '\u001b[31m'

let broker: AmqpStandIn
let senders: AsyncDisposableStack

beforeEach(async () => {
  broker = await AmqpStandIn.open()
  senders = new AsyncDisposableStack()
  return () => broker[Symbol.asyncDispose]()
})

afterEach(() => senders.disposeAsync())

function senderTo(more: Partial<AmqpOptions> = {}): AmqpSender {
  const clock = new MovableClock(new Date('2026-11-30T19:00:00Z'))
  return senders.use(
    new AmqpSender({
      url: broker.url,
      user: 'holdfast',
      password: PASSWORD,
      routingKey: 'uploads',
      clock,
      ...more,
    }),
  )
}

async function failureOf(sending: Promise<void>): Promise<unknown> {
  const error = await sending.then(
    () => undefined,
    (reason: DeliveryFailure) => reason,
  )
  expect(`${error?.message} ${error?.stack}`).not.toMatch(
    new RegExp(`${PASSWORD}|${new URL(broker.url).port}`),
  )
  return error && [error.kind, error.message]
}

it('connects at the first message, and once for all', async () => {
  const sender = senderTo({ exchange: 'events' })
  expect(broker.connections).toBe(0)
  await Promise.all(Array.from({ length: 20 }, () => sender.send(QUEUE, MESSAGE, live)))
  await sender.send(QUEUE, 'x'.repeat(300_000), live)
  expect(broker.connections).toBe(1)
  expect(broker.published).toHaveLength(21)
  expect(broker.published[0]).toEqual({
    exchange: 'events',
    routingKey: 'uploads',
    isMandatory: true,
    body: MESSAGE,
  })
  expect(broker.published[20]?.body).toHaveLength(300_000)
})

describe('a message is not taken', () => {
  it('that no queue gets, or that the broker does not keep; the connection stays', async () => {
    const sender = senderTo()
    broker.instead = {
      publish: (session, channel) => {
        session.return(channel)
        session.ack(channel)
      },
    }
    expect(await failureOf(sender.send(QUEUE, MESSAGE, live))).toEqual([
      'unavailable',
      'it has no queue for the message',
    ])
    broker.instead = { publish: (session, channel) => session.ack(channel, 'nack') }
    expect(await failureOf(sender.send(QUEUE, MESSAGE, live))).toEqual([
      'unavailable',
      'it did not take the message',
    ])
    broker.instead = {}
    await sender.send(QUEUE, MESSAGE, live)
    expect(broker.connections).toBe(1)
  })

  it.each([
    [404, `NOT_FOUND - no exchange '${CONTROL}'`, 'unavailable', 'it answered 404 NOT-FOUND'],
    [406, 'PRECONDITION_FAILED - message size 9 is larger', 'refused', 'it answered 406 PRECONDITION-FAILED'],
  ])('that a channel is closed for with %i, which says nothing of others', async (code, text, ...failure) => {
    const sender = senderTo()
    const waiting: (() => void)[] = []
    broker.instead = {
      publish: (session, channel) => {
        if (broker.published.at(-1)?.body === MESSAGE) session.close(channel, code, text)
        else waiting.push(() => session.ack(channel))
      },
    }
    const others = [sender.send(QUEUE, '{}', live), sender.send(QUEUE, '[]', live)]
    expect(await failureOf(sender.send(QUEUE, MESSAGE, live))).toEqual(failure)
    for (const ack of waiting) ack()
    await Promise.all(others)
    broker.instead = {}
    await sender.send(QUEUE, MESSAGE, live)
    expect(broker.connections).toBe(1)
  })

  it('while the broker has no room, or has closed the connection; the next one makes another', async () => {
    const sender = senderTo()
    broker.instead = { publish: (session) => session.send('blocked', 0, short(CONTROL)) }
    expect(await failureOf(sender.send(QUEUE, MESSAGE, live))).toEqual([
      'unavailable',
      'it takes nothing for now',
    ])
    broker.instead = { publish: (session) => session.close(0, 320, 'CONNECTION_FORCED') }
    expect(await failureOf(sender.send(QUEUE, MESSAGE, live))).toEqual([
      'unavailable',
      'it answered 320 CONNECTION-FORCED',
    ])
    broker.instead = { publish: (session) => session.socket.resetAndDestroy() }
    expect(await failureOf(sender.send(QUEUE, MESSAGE, live))).toEqual([
      'unavailable',
      'it could not be reached (ECONNRESET)',
    ])
    broker.instead = { publish: (session) => void session.socket.end(`${CONTROL} no frame at all`) }
    expect(await failureOf(sender.send(QUEUE, MESSAGE, live))).toEqual([
      'unavailable',
      'it could not be reached',
    ])
    broker.instead = {}
    await sender.send(QUEUE, MESSAGE, live)
    expect(broker.connections).toBe(5)
  })

  it('where the broker lets nobody in', async () => {
    const sender = senderTo()
    broker.instead = { startOk: (session) => session.close(0, 403, `ACCESS_REFUSED - ${CONTROL}`) }
    expect(await failureOf(sender.send(QUEUE, MESSAGE, live))).toEqual([
      'unavailable',
      'it answered 403 ACCESS-REFUSED',
    ])
    broker.instead = { open: (session) => session.close(0, 530, 'NOT_ALLOWED - vhost events not found') }
    expect(await failureOf(sender.send(QUEUE, MESSAGE, live))).toEqual([
      'unavailable',
      'it does not let the user into the virtual host',
    ])
    broker.instead = { start: (session) => void session.socket.end('HTTP/1.1 400 Bad Request\r\n\r\n') }
    expect(await failureOf(sender.send(QUEUE, MESSAGE, live))).toEqual([
      'unavailable',
      'it could not be reached',
    ])
    broker.instead = { channelOpen: (session) => session.socket.destroy() }
    expect(await failureOf(sender.send(QUEUE, MESSAGE, live))).toEqual([
      'unavailable',
      'it could not be reached',
    ])
  })

  it('where nobody is, or where the client is not installed', async () => {
    const url = `amqp://127.0.0.1:${await freePort()}`
    expect(await failureOf(senderTo({ url }).send(QUEUE, MESSAGE, live))).toEqual([
      'unavailable',
      'it could not be reached (ECONNREFUSED)',
    ])
    const load = () => Promise.reject(new Error('ERR_MODULE_NOT_FOUND'))
    expect(await failureOf(senderTo({ load }).send(QUEUE, MESSAGE, live))).toEqual([
      'unavailable',
      'it needs the package amqplib; install it',
    ])
  })
})

describe('a broker that answers nothing', () => {
  const deaf = { publish: () => {} }

  it.each([['publish'], ['start'], ['channelOpen']])('to %s: its connection is given up', async (method) => {
    const sender = senderTo({ timeoutMilliseconds: 200 })
    broker.instead = { [method]: () => {} }
    const failures = await Promise.all(
      ['{}', MESSAGE].map((message) => failureOf(sender.send(QUEUE, message, live))),
    )
    const failure = ['unavailable', 'it did not answer in time']
    expect(failures).toEqual([failure, failure])
    await expect.poll(() => broker.openConnections).toBe(0)
    broker.instead = {}
    await sender.send(QUEUE, MESSAGE, live)
    expect(broker.connections).toBe(2)
  })

  it('nor speaks TLS: the same', async () => {
    broker.instead = { start: () => {} }
    const sender = senderTo({ url: broker.url.replace('amqp:', 'amqps:'), timeoutMilliseconds: 200 })
    expect(await failureOf(sender.send(QUEUE, MESSAGE, live))).toEqual([
      'unavailable',
      'it did not answer in time',
    ])
    expect(broker.connections).toBe(1)
    await expect.poll(() => broker.openConnections).toBe(0)
  })

  it('is not left because one who waited went away', async () => {
    const sender = senderTo()
    broker.instead = deaf
    const stop = new AbortController()
    const sending = failureOf(sender.send(QUEUE, MESSAGE, stop.signal))
    await expect.poll(() => broker.published).toHaveLength(1)
    stop.abort()
    expect(await sending).toEqual(['unavailable', 'it did not answer in time'])
    broker.instead = {}
    await sender.send(QUEUE, MESSAGE, live)
    expect(broker.connections).toBe(1)
  })

  it('is not waited for at the end, and nothing is sent after it', async () => {
    const sender = senderTo()
    await sender.send(QUEUE, MESSAGE, live)
    broker.instead = { ...deaf, close: () => {} }
    const sending = failureOf(sender.send(QUEUE, MESSAGE, live))
    await sender[Symbol.asyncDispose]()
    const ended = ['unavailable', 'the server ends']
    expect(await sending).toEqual(ended)
    await expect.poll(() => broker.openConnections).toBe(0)
    expect(await failureOf(sender.send(QUEUE, MESSAGE, live))).toEqual(ended)
    expect(broker.connections).toBe(1)
  })
})

it('takes leave of the broker at the end', async () => {
  const sender = senderTo()
  let isClosed = false
  broker.instead = {
    close: (session) => {
      isClosed = true
      session.send('closeOk')
    },
  }
  await sender.send(QUEUE, MESSAGE, live)
  await sender[Symbol.asyncDispose]()
  expect(isClosed).toBe(true)
  await expect.poll(() => broker.openConnections).toBe(0)
})
