import { expect, it } from 'vitest'
import { Webhook } from '../../../../tests/support/webhook.ts'
import { isPrivateAddress, publicLookup } from './public-lookup.ts'
import { WebhookSender } from './webhook-sender.ts'

const live = new AbortController().signal

it.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.19.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::7f00:1',
  'fe80::1',
  'fd00::1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  'ff02::1',
  'fd00:ec2::254',
])('%s is private', (address) => {
  expect(isPrivateAddress(address)).toBe(true)
})

it.each(['8.8.8.8', '100.128.0.1', '172.32.0.1', '192.0.2.1', '2001:4860:4860::8888', '::ffff:8.8.8.8'])(
  '%s is not',
  (address) => {
    expect(isPrivateAddress(address)).toBe(false)
  },
)

/** Sends to a name that stands for this machine. */
async function send(webhook: Webhook, privateAddresses?: boolean): Promise<string> {
  const { port } = new URL(webhook.url)
  const url = `http://hooks.example:${port}/`
  const lookup = publicLookup((_host, found) => {
    found(null, [
      { address: '::ffff:127.0.0.1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ])
  })
  const sender = new WebhookSender(new Map([['queue', { url, privateAddresses }]]), { lookup })
  return sender.send('queue', '{}', live).then(
    () => 'sent',
    (error: unknown) => String(error),
  )
}

it('a webhook whose name leads into the own network is not told anything', async () => {
  await using webhook = await Webhook.open()
  expect(await send(webhook)).toContain('its name leads to a private address')
  expect(await send(webhook, false)).toContain('"privateAddresses": true')
  expect(webhook.requests).toEqual([])
})

it('of several addresses the public ones are used', async () => {
  const addresses = [
    { address: '10.0.0.1', family: 4 },
    { address: '192.0.2.7', family: 4 },
  ]
  const lookup = publicLookup((_host, found) => found(null, addresses))
  const found = await new Promise((resolve) =>
    lookup('a', { all: true }, (_error, result) => resolve(result)),
  )
  expect(found).toEqual([{ address: '192.0.2.7', family: 4 }])
  const one = await new Promise((resolve) => lookup('a', {}, (_error, result) => resolve(result)))
  expect(one).toBe('192.0.2.7')
})

it('an address in the URL, and localhost, are where the config says', async () => {
  await using webhook = await Webhook.open()
  const lookup = publicLookup((_host, found) => found(null, []))
  for (const url of [webhook.url, webhook.url.replace('127.0.0.1', 'localhost')]) {
    await new WebhookSender(new Map([['queue', { url }]]), { lookup }).send('queue', '{}', live)
  }
  expect(webhook.requests).toHaveLength(2)
})
