import { describe, expect, it } from 'vitest'
import { freePort } from '../../../../tests/support/free-port.ts'
import { Webhook } from '../../../../tests/support/webhook.ts'
import { WebhookSender } from './webhook-sender.ts'

const SECRET = 'Bearer a-secret'
const live = new AbortController().signal

function senderTo(url: string, timeoutMilliseconds?: number): WebhookSender {
  return new WebhookSender(new Map([['queue', { url, authorization: SECRET }]]), {
    ...(timeoutMilliseconds !== undefined && { timeoutMilliseconds }),
  })
}

/** The failure, which names no secret. */
async function failureOf(sending: Promise<void>, ...secrets: readonly string[]): Promise<unknown> {
  const error: unknown = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Error)) return error
  for (const secret of [SECRET, ...secrets]) expect(`${error.message} ${error.stack}`).not.toContain(secret)
  return { kind: 'kind' in error && error.kind, message: error.message }
}

it('posts a message as JSON, with the secret and the name of the destination', async () => {
  await using webhook = await Webhook.open()
  await senderTo(`${webhook.url}/hook?from=s3`).send('queue', '{"ž":1}', live)
  expect(webhook.requests).toMatchObject([
    {
      method: 'POST',
      path: '/hook?from=s3',
      body: '{"ž":1}',
      headers: {
        'content-type': 'application/json',
        authorization: SECRET,
        'x-holdfast-destination': 'queue',
      },
    },
  ])
})

it.each([200, 201, 202, 204, 299])('is done with %i', async (status) => {
  await using webhook = await Webhook.open((_request, response) => response.writeHead(status).end())
  expect(await failureOf(senderTo(webhook.url).send('queue', '{}', live))).toBeUndefined()
})

describe('a failure', () => {
  it.each([
    [400, 'refused'],
    [401, 'refused'],
    [404, 'refused'],
    [413, 'refused'],
    [408, 'unavailable'],
    [425, 'unavailable'],
    [429, 'unavailable'],
    [500, 'unavailable'],
    [503, 'unavailable'],
  ])('%i is %s', async (status, kind) => {
    await using webhook = await Webhook.open((_request, response) => response.writeHead(status).end(SECRET))
    const failure = await failureOf(senderTo(webhook.url).send('queue', '{}', live), webhook.url)
    expect(failure).toEqual({ kind, message: `it answered ${status}` })
  })

  it('a redirect, which is not followed', async () => {
    await using other = await Webhook.open()
    const location = other.url
    await using webhook = await Webhook.open((_request, response) =>
      response.writeHead(307, { location }).end(),
    )
    const failure = await failureOf(senderTo(webhook.url).send('queue', '{}', live))
    expect([failure, other.requests]).toEqual([{ kind: 'unavailable', message: 'it answered 307' }, []])
  })

  it('nobody there', async () => {
    const url = `http://127.0.0.1:${await freePort()}/secret-path`
    const failure = await failureOf(senderTo(url).send('queue', '{}', live), 'secret-path')
    expect(failure).toEqual({ kind: 'unavailable', message: 'it could not be reached (ECONNREFUSED)' })
  })

  it('no answer in time', async () => {
    await using webhook = await Webhook.open(() => {})
    const failure = await failureOf(senderTo(webhook.url, 50).send('queue', '{}', live))
    expect(failure).toEqual({ kind: 'unavailable', message: 'it did not answer in time' })
  })

  it('a connection that breaks off', async () => {
    await using webhook = await Webhook.open((_request, response) => response.destroy())
    const failure = await failureOf(senderTo(webhook.url).send('queue', '{}', live))
    expect(failure).toMatchObject({ kind: 'unavailable' })
  })

  it('a server that is to end', async () => {
    await using webhook = await Webhook.open(() => {})
    const stop = new AbortController()
    const sending = failureOf(senderTo(webhook.url).send('queue', '{}', stop.signal))
    await webhook.until((requests) => requests.length > 0)
    stop.abort()
    expect(await sending).toMatchObject({ kind: 'unavailable' })
  })

  it('a URL that is none, and a destination that is none', async () => {
    const sender = senderTo('http://[nowhere/')
    expect(await failureOf(sender.send('queue', '{}', live), 'nowhere')).toMatchObject({
      kind: 'unavailable',
    })
    expect(await failureOf(sender.send('other', '{}', live))).toMatchObject({ kind: 'unavailable' })
  })
})

it('does not read an answer that has no end', async () => {
  await using webhook = await Webhook.open((_request, response) => {
    response.writeHead(200)
    const write = (): void => {
      if (!response.destroyed) response.write(Buffer.alloc(65_536), () => setImmediate(write))
    }
    write()
  })
  expect(await failureOf(senderTo(webhook.url).send('queue', '{}', live))).toBeUndefined()
})
