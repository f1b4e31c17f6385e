import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../../../../../tests/support/free-port.ts'
import { listen } from '../../../../../tests/support/listen.ts'
import { parseConfig } from '../../config/parse-config.ts'
import { lookAtWebhooks } from './look-at-webhooks.ts'
import type { Patient } from './patient.ts'

const arn = 'arn:aws:sns:us-east-1:100000000001:uploads'
const server = createServer()
let somebody = ''
let nobody = ''

beforeAll(async () => {
  somebody = new URL(await listen(server)).host
  nobody = `127.0.0.1:${await freePort()}`
})
afterAll(() => void server.close())

async function saidOf(destination: object): Promise<unknown[]> {
  const accounts = [{ id: '100000000001', name: 'main', accessKeys: [] }]
  const destinations = [{ arn, ...destination }]
  const config = parseConfig(JSON.stringify({ accounts, notifications: { destinations } }), 'a')
  const said: unknown[] = []
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it looks at nothing else
  await lookAtWebhooks({ config } as Patient, (state, message) => said.push([state, message]))
  return said
}

const away = (what: string, hosts: string) => [
  [
    'wrong',
    `The ${what} of ${arn} at ${hosts} cannot be reached: ECONNREFUSED. What is for it waits until it can.`,
  ],
]

it.each<[string, string, (host: string) => object]>([
  ['a webhook', 'webhook', (host) => ({ url: `http://${host}/secret-path` })],
  ['a service', 'service', (host) => ({ service: { endpoint: `http://${host}`, environment: 'QUEUES' } })],
  [
    'RabbitMQ',
    'broker',
    (host) => ({ amqp: { url: `amqp://${host}/v`, user: 'u', environment: 'MQ', routingKey: 'q' } }),
  ],
  ['Kafka', 'broker', (host) => ({ kafka: { brokers: [host], topic: 'uploads' } })],
  ['NATS', 'broker', (host) => ({ nats: { servers: [host], subject: 'events' } })],
  ['Redis', 'broker', (host) => ({ redis: { address: host, stream: 'events' } })],
])('%s: looks whether somebody is there', async (_name, what, destination) => {
  expect(await saidOf(destination(somebody))).toEqual([])
  expect(await saidOf(destination(nobody))).toEqual(away(what, nobody))
})

it('of several brokers one is enough', async () => {
  expect(await saidOf({ kafka: { brokers: [nobody, somebody], topic: 'uploads' } })).toEqual([])
  const two = { kafka: { brokers: [nobody, nobody], topic: 'uploads' } }
  expect(await saidOf(two)).toEqual(away('broker', `${nobody}, ${nobody}`))
})
