import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DeliveryFailure } from '../s3/shared/announcing/event-sender.ts'
import { BrokerSender } from './broker-sender.ts'

const live = new AbortController().signal

/** A broker that does with each message what `answer` says. */
class Broker {
  readonly taken: string[] = []
  readonly signals: AbortSignal[] = []
  answer: (message: string) => Promise<void> | void = () => {}
  isThere = true
  close: () => void = () => {}
  readonly sender = new BrokerSender(async (signal) => {
    this.signals.push(signal)
    if (!this.isThere) throw Object.assign(new Error('a secret'), { code: 'ECONNREFUSED' })
    const { promise: closed, resolve } = Promise.withResolvers<void>()
    this.close = resolve
    const send = async (message: string): Promise<void> => {
      await this.answer(message)
      this.taken.push(message)
    }
    return { closed, send }
  })

  send(message: string, signal = live): Promise<void> {
    return this.sender.send('any', message, signal)
  }
}

async function failureOf(sending: Promise<void>): Promise<unknown> {
  const error: unknown = await sending.catch((reason: unknown) => reason)
  return error instanceof DeliveryFailure ? [error.kind, error.message] : error
}

const away = new DeliveryFailure('unavailable', 'it answered 503')

it('sends all over one connection, which it makes for the first message', async () => {
  const broker = new Broker()
  expect(broker.signals).toEqual([])
  await Promise.all([broker.send('a'), broker.send('b')])
  await broker.send('c')
  expect(broker.taken).toEqual(['a', 'b', 'c'])
  expect(broker.signals).toHaveLength(1)
})

it('keeps the connection where a message is refused, and makes it anew where one was not taken', async () => {
  const broker = new Broker()
  broker.answer = () => Promise.reject(new DeliveryFailure('refused', 'it is too large'))
  expect(await failureOf(broker.send('a'))).toEqual(['refused', 'it is too large'])
  broker.answer = () => Promise.reject(away)
  expect(await failureOf(broker.send('b'))).toEqual(['unavailable', 'it answered 503'])
  expect(broker.signals.map(({ aborted }) => aborted)).toEqual([true])
  broker.answer = () => {}
  await broker.send('b')
  expect(broker.signals.map(({ aborted }) => aborted)).toEqual([true, false])
})

it('makes the connection anew that the broker closed, without a failure between', async () => {
  const broker = new Broker()
  await broker.send('a')
  broker.close()
  await delay(0)
  await broker.send('b')
  expect(broker.signals.map(({ aborted }) => aborted)).toEqual([true, false])
})

it('fails at once while the broker is away', async () => {
  const broker = new Broker()
  broker.isThere = false
  const failure = ['unavailable', 'it could not be reached (ECONNREFUSED)']
  expect(await Promise.all([failureOf(broker.send('a')), failureOf(broker.send('b'))])).toEqual([
    failure,
    failure,
  ])
  expect(await failureOf(broker.send('a'))).toEqual(failure)
  expect(broker.signals).toHaveLength(2)
  broker.isThere = true
  await broker.send('a')
  expect(broker.taken).toEqual(['a'])
})

it('goes on with others where somebody no longer waits', async () => {
  const broker = new Broker()
  const { promise, resolve } = Promise.withResolvers<void>()
  broker.answer = () => promise
  const impatient = new AbortController()
  const sent = [failureOf(broker.send('a', impatient.signal)), failureOf(broker.send('b'))]
  await delay(0)
  impatient.abort()
  expect(await sent[0]).toEqual(['unavailable', 'it did not answer in time'])
  expect(await failureOf(broker.send('c', impatient.signal))).toEqual(['unavailable', 'the server ends'])
  resolve()
  expect(await sent[1]).toBeUndefined()
  expect(broker.signals.map(({ aborted }) => aborted)).toEqual([false])
})

it('ends with the server, for good', async () => {
  const broker = new Broker()
  await broker.send('a')
  broker.sender[Symbol.dispose]()
  expect(broker.signals.map(({ aborted }) => aborted)).toEqual([true])
  expect(await failureOf(broker.send('b'))).toEqual(['unavailable', 'the server ends'])
  expect(broker.signals).toHaveLength(1)
})

describe('a broker that says nothing', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is left after ten seconds, with all that it has not read', async () => {
    const broker = new Broker()
    broker.answer = () => new Promise(() => {})
    const failed = failureOf(broker.send('a'))
    await vi.advanceTimersByTimeAsync(9999)
    expect(broker.signals.map(({ aborted }) => aborted)).toEqual([false])
    await vi.advanceTimersByTimeAsync(1)
    expect(await failed).toEqual(['unavailable', 'it did not answer in time'])
    expect(broker.signals.map(({ aborted }) => aborted)).toEqual([true])
  })
})
