import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { freePort } from '../../../../tests/support/free-port.ts'
import { SocketStandIn } from '../../../../tests/support/socket-stand-in.ts'
import { DeliveryFailure } from '../s3/shared/announcing/event-sender.ts'
import { commandOf } from './open-redis.ts'
import { connectToRedis, type RedisOptions } from './redis-connection.ts'

/** A Redis in a few lines, which answers commands as `answer` says. */
class StandIn extends SocketStandIn {
  readonly commands: string[][] = []
  answer: (command: readonly string[]) => string = () => '+OK'

  static open(): Promise<StandIn> {
    return new StandIn().listen()
  }

  protected async serve(socket: Socket): Promise<void> {
    let text = ''
    for await (const chunk of socket.setEncoding('utf8')) {
      text += String(chunk)
      for (;;) {
        const command = /^\*(\d+)\r\n((?:\$\d+\r\n[^\r]*\r\n)*)/.exec(text)
        const words = command?.[2]?.split('\r\n').filter((_, index) => index % 2 === 1) ?? []
        if (!command || words.length < Number(command[1])) break
        text = text.slice(command[0].length)
        this.commands.push(words)
        socket.write(`${this.answer(words)}\r\n`)
      }
    }
  }
}

const SECRET = 'never-to-be-told'
const MESSAGE = '{"Records":[{"s3":{"object":{"key":"a+ž"}}}]}'

async function sendTo(server: StandIn | string, more: Partial<RedisOptions> = {}): Promise<void> {
  const end = new AbortController()
  const options = {
    address: typeof server === 'string' ? server : server.address,
    database: undefined,
    user: undefined,
    password: undefined,
    tls: undefined,
    command: ['RPUSH', 'events'],
    ...more,
  }
  try {
    const connection = await connectToRedis(options, end.signal)
    await connection.send(MESSAGE)
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

it.each([
  [{ list: 'events' }, ['RPUSH', 'events', MESSAGE]],
  [{ stream: 'events' }, ['XADD', 'events', '*', 'message', MESSAGE]],
  [
    { stream: 'events', mostEntries: 100_000 },
    ['XADD', 'events', 'MAXLEN', '~', '100000', '*', 'message', MESSAGE],
  ],
])('adds messages to %j', async (to, command) => {
  await using server = await StandIn.open()
  await sendTo(server, { command: commandOf({ address: server.address, ...to }) })
  expect(server.commands).toEqual([command])
})

it('signs in and chooses a database first', async () => {
  await using server = await StandIn.open()
  await sendTo(server, { password: SECRET, database: 3 })
  await sendTo(server, { user: 'holdfast', password: SECRET })
  expect(server.commands).toEqual([
    ['AUTH', SECRET],
    ['SELECT', '3'],
    ['RPUSH', 'events', MESSAGE],
    ['AUTH', 'holdfast', SECRET],
    ['RPUSH', 'events', MESSAGE],
  ])
})

describe('a failure', () => {
  it.each([
    ["-OOM command not allowed when used memory > 'maxmemory'.", 'it answered OOM'],
    ["-READONLY You can't write against a read only replica.", 'it answered READONLY'],
    ['-MOVED 3999 127.0.0.1:6381', 'it answered MOVED'],
    ['-NOAUTH Authentication required.', 'it answered NOAUTH'],
    ['-WRONGTYPE Operation against a key holding the wrong kind of value', 'it answered WRONGTYPE'],
    ['-\u001b[31m', 'it answered an error'],
    [`-${SECRET}`, 'it answered an error'],
    ['?', 'it could not be reached'],
  ])('%s', async (answer, message) => {
    await using server = await StandIn.open()
    server.answer = () => answer
    const end = setTimeout(() => void server[Symbol.asyncDispose](), 500)
    expect(await failureOf(sendTo(server))).toEqual(['unavailable', message])
    clearTimeout(end)
  })

  it('a wrong password, no such database, nobody there', async () => {
    await using server = await StandIn.open()
    server.answer = ([word]) => (word === 'AUTH' ? `-WRONGPASS invalid ${SECRET}` : '-ERR DB index')
    expect(await failureOf(sendTo(server, { user: 'holdfast', password: SECRET }))).toEqual([
      'unavailable',
      'it answered WRONGPASS',
    ])
    expect(await failureOf(sendTo(server, { database: 99 }))).toEqual(['unavailable', 'it answered ERR'])
    const nobody = sendTo(`127.0.0.1:${await freePort()}`)
    expect(await failureOf(nobody)).toEqual(['unavailable', 'it could not be reached (ECONNREFUSED)'])
  })

  it('is one of all that is under way where the connection breaks', async () => {
    await using server = await StandIn.open()
    server.answer = () => ''
    const end = new AbortController()
    const options = {
      address: server.address,
      database: 0,
      user: undefined,
      password: undefined,
      tls: undefined,
    }
    const connection = await connectToRedis({ ...options, command: ['RPUSH', 'events'] }, end.signal)
    const sent = [failureOf(connection.send('a')), failureOf(connection.send('b'))]
    while (server.commands.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
    await server[Symbol.asyncDispose]()
    await connection.closed
    for (const failed of sent)
      expect(await failed).toEqual(['unavailable', expect.stringMatching(/^it could not be reached/)])
    expect(await failureOf(connection.send('c'))).toEqual(['unavailable', 'it could not be reached'])
  })
})
