import { expect, it } from 'vitest'
import type { DeliveryFailure } from '../s3/shared/announcing/event-sender.ts'
import { type KafkaProducer, KafkaSender } from './kafka-sender.ts'

const live = new AbortController().signal
const MESSAGE = '{"Records":[{"s3":{"bucket":{"name":"photos"},"object":{"key":"a+b/%C5%BE"}}}]}'
const TEST_EVENT = '{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"photos"}'

/** Producers that take or fail as a test wants, and whether each was ended. */
class Producers {
  readonly made: { isEnded: boolean }[] = []
  readonly taken: [key: string | undefined, value: string][] = []
  failure: unknown

  connect = async (): Promise<KafkaProducer> => {
    const state = { isEnded: false }
    this.made.push(state)
    return {
      send: async (key, value) => {
        if (this.failure !== undefined) throw this.failure
        this.taken.push([key, value])
      },
      end: () => (state.isEnded = true),
    }
  }

  get ended(): boolean[] {
    return this.made.map(({ isEnded }) => isEnded)
  }
}

async function failureOf(sending: Promise<void>): Promise<unknown> {
  const error = await sending.then(
    () => undefined,
    (reason: DeliveryFailure) => reason,
  )
  return error && [error.kind, error.message]
}

it('sends by one producer, events with bucket and key of their object as the key', async () => {
  const producers = new Producers()
  const sender = new KafkaSender(producers.connect)
  await Promise.all([sender.send('any', TEST_EVENT, live), sender.send('any', MESSAGE, live)])
  expect(producers.taken).toEqual([
    [undefined, TEST_EVENT],
    ['photos/a+b/%C5%BE', MESSAGE],
  ])
  expect(producers.ended).toEqual([false])
  sender[Symbol.dispose]()
  await Promise.resolve()
  expect(producers.ended).toEqual([true])
})

const named = (message: string, properties: object, cause?: Error): Error =>
  Object.assign(new Error(message, { cause }), properties)
const answered = (apiId: string): Error =>
  new AggregateError(
    [named('b1.example said no', { code: 'PLT_KFK_PROTOCOL', apiId })],
    'initProducerId failed 3 times.',
  )

it.each([
  [answered('MESSAGE_TOO_LARGE'), 'refused', 'it answered MESSAGE_TOO_LARGE'],
  [answered('TOPIC_AUTHORIZATION_FAILED'), 'unavailable', 'it answered TOPIC_AUTHORIZATION_FAILED'],
  [answered('\u001B[31m'), 'unavailable', 'it could not be reached'],
  [
    named(
      'Connection to b1.example:9092 failed.',
      { code: 'PLT_KFK_NETWORK' },
      answered('SASL_AUTHENTICATION_FAILED'),
    ),
    'unavailable',
    'it answered SASL_AUTHENTICATION_FAILED',
  ],
  [
    named('failed', { code: 'PLT_KFK_NETWORK' }, named('connect', { code: 'ECONNREFUSED' })),
    'unavailable',
    'it could not be reached (ECONNREFUSED)',
  ],
  [
    named('Unknown topic uploads.', { code: 'PLT_KFK_USER' }),
    'unavailable',
    'it answered UNKNOWN_TOPIC_OR_PARTITION',
  ],
  ['no error at all', 'unavailable', 'it could not be reached'],
])('tells of %s: %s, %s', async (failure, kind, message) => {
  const producers = new Producers()
  producers.failure = failure
  const sender = new KafkaSender(producers.connect)
  expect(await failureOf(sender.send('any', MESSAGE, live))).toEqual([kind, message])
  // What refuses one message takes others; all else is connected anew.
  expect(producers.ended).toEqual([kind === 'unavailable'])
  producers.failure = undefined
  await sender.send('any', MESSAGE, live)
  expect(producers.made).toHaveLength(kind === 'unavailable' ? 2 : 1)
})

it('a server that is to end does not wait for a broker that says nothing', async () => {
  const state = { isEnded: false }
  const sender = new KafkaSender(async () => ({
    send: () => new Promise(() => {}),
    end: () => (state.isEnded = true),
  }))
  const stop = new AbortController()
  const sending = failureOf(sender.send('any', MESSAGE, stop.signal))
  stop.abort()
  expect(await sending).toEqual(['unavailable', 'it did not answer in time'])
  sender[Symbol.dispose]()
  await Promise.resolve()
  expect(state).toEqual({ isEnded: true })
})

it('whoever goes away while a test message is sent takes the producer from no events', async () => {
  const events = Promise.withResolvers<void>()
  const producers = new Producers()
  const sender = new KafkaSender(async () => ({
    ...(await producers.connect()),
    send: (key) => (key === undefined ? new Promise(() => {}) : events.promise),
  }))
  const client = new AbortController()
  const sending = [
    sender.send('any', MESSAGE, live),
    failureOf(sender.send('any', TEST_EVENT, client.signal)),
  ]
  client.abort()
  expect(await sending[1]).toEqual(['unavailable', 'it did not answer in time'])
  expect(producers.ended).toEqual([false])
  events.resolve()
  await sending[0]
})

it('tells why there is no client', async () => {
  const sender = new KafkaSender(() => Promise.reject(new Error('no such file /secret')))
  expect(await failureOf(sender.send('any', MESSAGE, live))).toEqual([
    'unavailable',
    'it could not be reached',
  ])
})
