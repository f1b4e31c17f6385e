import { nkeys } from '@nats-io/transport-node'
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { freePort } from '../../../../tests/support/free-port.ts'
import { SocketStandIn } from '../../../../tests/support/socket-stand-in.ts'
import { DeliveryFailure } from '../s3/shared/announcing/event-sender.ts'
import { connectToNats, type NatsOptions } from './nats-connection.ts'

interface Published {
  readonly subject: string
  readonly headers: string
  readonly message: string
}

/** A server of NATS in a few lines, which answers what is published as `answer` says. */
class StandIn extends SocketStandIn {
  readonly published: Published[] = []
  readonly identities: Record<string, unknown>[] = []
  readonly #info: object
  answer: (published: Published) => string = () => '{"stream":"EVENTS","seq":1}'
  welcome = '+OK\r\n'

  private constructor(info: object) {
    super()
    this.#info = info
  }

  static open(info: object = {}): Promise<StandIn> {
    return new StandIn(info).listen()
  }

  protected async serve(socket: Socket): Promise<void> {
    const more = {
      server_id: 'S',
      version: '2.9.10',
      proto: 1,
      headers: true,
      max_payload: 2000,
      nonce: 'n',
    }
    socket.write(`INFO ${JSON.stringify({ ...more, ...this.#info })}\r\n`)
    let text = ''
    let sid = ''
    for await (const chunk of socket.setEncoding('latin1')) {
      text += String(chunk)
      for (;;) {
        const [line, word = '', rest = ''] = /^(\S+) ?(.*)\r\n/.exec(text) ?? []
        if (line === undefined) break
        text = text.slice(line.length)
        if (word === 'CONNECT') this.identities.push(JSON.parse(rest) as Record<string, unknown>)
        if (word === 'PING') socket.write(`${this.welcome}PONG\r\n`)
        if (word === 'SUB') [, sid = ''] = rest.split(' ')
        if (word !== 'HPUB') continue
        const [subject = '', reply = '', headersEnd, end] = rest.split(' ')
        const published = {
          subject,
          headers: text.slice(0, Number(headersEnd)),
          message: text.slice(Number(headersEnd), Number(end)),
        }
        text = text.slice(Number(end) + 2)
        this.published.push(published)
        const answer = this.answer(published)
        socket.write(
          answer.startsWith('-') ? answer : `MSG ${reply} ${sid} ${answer.length}\r\n${answer}\r\n`,
        )
      }
    }
  }
}

const SECRET = 'never-to-be-told'

async function sendTo(server: StandIn | string, message: string, more: Partial<NatsOptions> = {}) {
  const end = new AbortController()
  const options = {
    destination: 'arn:aws:sqs:us-east-1:100000000001:queue',
    servers: [typeof server === 'string' ? server : server.address],
    subject: 'storage.events',
    tls: undefined,
    identity: { user: 'holdfast', pass: SECRET },
    ...more,
  }
  try {
    const connection = await connectToNats(options, end.signal)
    await connection.send(message)
  } finally {
    end.abort()
  }
}

async function failureOf(sending: Promise<void>): Promise<unknown> {
  const error: unknown = await sending.catch((reason: unknown) => reason)
  if (!(error instanceof DeliveryFailure)) return error
  expect(error.message).not.toContain(SECRET)
  return [error.kind, error.message]
}

it('publishes with an id that tells repetitions from other events and other destinations', async () => {
  await using server = await StandIn.open()
  await sendTo(server, '{"a":1}')
  await sendTo(server, '{"a":1}')
  await sendTo(server, '{"a":2}')
  await sendTo(server, '{"a":1}', { destination: 'arn:aws:sqs:us-east-1:100000000001:other' })
  expect(server.published.map(({ subject, message }) => [subject, message])).toEqual([
    ['storage.events', '{"a":1}'],
    ['storage.events', '{"a":1}'],
    ['storage.events', '{"a":2}'],
    ['storage.events', '{"a":1}'],
  ])
  const ids = server.published.map(({ headers }) => /\r\nNats-Msg-Id: ?([\w-]{43})\r\n/.exec(headers)?.[1])
  expect(ids).not.toContain(undefined)
  expect(ids[1]).toBe(ids[0])
  expect(new Set(ids).size).toBe(3)
})

it('signs in with a password, a token, or the key of a credentials file', async () => {
  await using server = await StandIn.open()
  const seed = Buffer.from(nkeys.createUser().getSeed()).toString()
  const rule = (name: string): string => `-----${name} NATS USER JWT-----\n`
  const credentials = `${rule('BEGIN')}a.jwt\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`
  await sendTo(server, '{}')
  await sendTo(server, '{}', { identity: { token: SECRET } })
  await sendTo(server, '{}', { identity: { credentials } })
  expect(server.identities).toMatchObject([
    { user: 'holdfast', pass: SECRET },
    { auth_token: SECRET },
    { jwt: 'a.jwt', sig: expect.stringMatching(/./) },
  ])
  expect(JSON.stringify(server.identities)).not.toContain(seed)
  expect(await failureOf(sendTo(server, '{}', { identity: { credentials: SECRET } }))).toEqual([
    'unavailable',
    'it could not be reached',
  ])
})

it('goes to whichever of its servers is there', async () => {
  await using server = await StandIn.open()
  await sendTo(server, '{}', { servers: [`127.0.0.1:${await freePort()}`, server.address] })
  expect(server.published).toHaveLength(1)
})

describe('a failure', () => {
  it.each([
    [
      '{"error":{"code":400,"err_code":10054,"description":"message size exceeds maximum allowed"}}',
      'refused',
      'its stream answered 10054',
    ],
    [
      '{"error":{"code":503,"err_code":10077,"description":"\\u001b maximum messages exceeded"}}',
      'unavailable',
      'its stream answered 10077',
    ],
    ['{}', 'unavailable', 'what answered is no stream'],
    ['{"stream":"","seq":0}', 'unavailable', 'it could not be reached'],
    ['no JSON', 'unavailable', 'it could not be reached'],
    [
      '-ERR \'Permissions Violation for Publish to "storage.events"\'\r\n',
      'unavailable',
      'its subject is not allowed',
    ],
    ["-ERR 'Maximum Payload Violation'\r\n-", 'unavailable', 'it could not be reached'],
  ])('%s', async (answer, ...failure) => {
    await using server = await StandIn.open()
    server.answer = () => answer
    const end = setTimeout(() => void server[Symbol.asyncDispose](), 500)
    expect(await failureOf(sendTo(server, '{}'))).toEqual(failure)
    clearTimeout(end)
  })

  it('a message that is larger than the server takes is sent to nobody', async () => {
    await using server = await StandIn.open()
    expect(await failureOf(sendTo(server, 'x'.repeat(2000)))).toEqual([
      'refused',
      'it is larger than its max_payload',
    ])
    expect(server.published).toEqual([])
  })

  it('a wrong password, a server without TLS, nobody there', async () => {
    await using server = await StandIn.open()
    server.welcome = "-ERR 'Authorization Violation'\r\n"
    expect(await failureOf(sendTo(server, '{}'))).toEqual(['unavailable', 'it does not know the credentials'])
    const tls = { certificateAuthority: undefined }
    server.welcome = ''
    server.identities.length = 0
    expect(await failureOf(sendTo(server, '{}', { tls }))).toEqual(['unavailable', 'it could not be reached'])
    expect(server.identities).toEqual([])
    const nobody: unknown = await sendTo(`127.0.0.1:${await freePort()}`, '{}').catch(
      (error: unknown) => error,
    )
    expect(nobody).toMatchObject({ code: 'ECONNREFUSED' })
  })
})
