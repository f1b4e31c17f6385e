import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { freePort } from '../../../../../tests/support/free-port.ts'
import { listen } from '../../../../../tests/support/listen.ts'
import { parseConfig } from '../../config/parse-config.ts'
import { lookAtWebhooks } from './look-at-webhooks.ts'
import type { Patient } from './patient.ts'

it('looks at each broker of a topic of Kafka', async () => {
  const server = createServer()
  const { host } = new URL(await listen(server))
  const nobody = `127.0.0.1:${await freePort()}`
  const arn = 'arn:aws:sns:us-east-1:100000000001:uploads'
  const kafka = { brokers: [host, nobody], topic: 'uploads' }
  const accounts = [{ id: '100000000001', name: 'main', accessKeys: [] }]
  const config = parseConfig(
    JSON.stringify({ accounts, notifications: { destinations: [{ arn, kafka }] } }),
    'a',
  )
  const said: unknown[] = []
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it looks at nothing else
  await lookAtWebhooks({ config } as Patient, (state, message) => said.push([state, message]))
  server.close()
  expect(said).toEqual([
    [
      'wrong',
      `The broker of ${arn} at ${nobody} cannot be reached: ECONNREFUSED. What is for it waits until it can.`,
    ],
  ])
})
