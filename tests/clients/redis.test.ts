import { createClient } from '@redis/client'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BrokerProcess } from '../support/broker-process.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { CertificateAuthority } from '../support/certificate-authority.ts'
import type { CertificateFiles } from '../support/certificate.ts'
import { freePort } from '../support/free-port.ts'
import { requireCommand } from '../support/require-command.ts'
import { clientTimeoutMilliseconds, isLarge } from '../support/sizes.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import {
  describeBroker,
  putNotification,
  SECRET,
  type TestBroker,
  until,
  withBroker,
} from './broker.suite.ts'

const DATABASE = 3

/** One that has on disk what it says it has; by TLS where there are certificates. */
async function openRedis(kind: 'stream' | 'list', tls?: CertificateFiles): Promise<TestBroker> {
  const folder = await temporaryDirectory()
  const port = await freePort()
  const broker = new BrokerProcess('redis-server', port)
  const words = ['--bind', '127.0.0.1', '--dir', folder.path, '--requirepass', SECRET, '--save', '']
  words.push('--appendonly', 'yes', '--appendfsync', 'always')
  const listening = tls
    ? ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no']
    : ['--port', String(port)]
  words.push(...listening)
  if (tls) words.push('--tls-cert-file', tls.certificate, '--tls-key-file', tls.key)
  if (tls) words.push('--tls-ca-cert-file', tls.certificate)
  const ask = async (...command: string[]): Promise<unknown> => {
    const socket = { host: '127.0.0.1', port, reconnectStrategy: false as const }
    const sealed = { ...socket, tls: true as const, rejectUnauthorized: false }
    const client = createClient({ socket: tls ? sealed : socket, password: SECRET, database: DATABASE })
    client.on('error', () => {})
    await client.connect()
    try {
      return await client.sendCommand(command)
    } finally {
      client.destroy()
    }
  }
  await broker.start(words)
  return {
    destination: (other = {}) => ({
      redis: {
        address: `127.0.0.1:${port}`,
        [kind]: 'events',
        database: DATABASE,
        password: SECRET,
        ...other,
      },
    }),
    start: () => broker.start(words),
    kill: () => broker.kill(),
    signal: (signal) => broker.signal(signal),
    takeAway: async () => {
      await ask('DEL', 'events')
      await ask('SET', 'events', 'is something else')
    },
    bringBack: async () => void (await ask('DEL', 'events')),
    messages: async () => {
      if (kind === 'list') return (await ask('LRANGE', 'events', '0', '-1')) as string[]
      const entries = (await ask('XRANGE', 'events', '-', '+')) as [string, [string, string]][]
      return entries.map(([, [, message]]) => message)
    },
    async [Symbol.asyncDispose]() {
      await broker.kill()
      await folder[Symbol.asyncDispose]()
    },
  }
}

describe.each(['stream', 'list'] as const)('a %s', (kind) => {
  describeBroker('redis-server', () => openRedis(kind), { repeats: true })
})

it.skipIf(!isLarge)(
  'a stream keeps about as many entries as is said',
  { timeout: clientTimeoutMilliseconds },
  async (context) => {
    await requireCommand(context, 'redis-server')
    await using broker = await openRedis('stream')
    await using server = await withBroker(broker.destination({ mostEntries: 1 }))
    const bucket = await createBucket(server, 'bounded')
    expect(await putNotification(server, bucket)).toBe('taken')
    const keys = Array.from({ length: 250 }, (_, index) => `key-${String(index)}`)
    await Promise.all(keys.map((key) => putObject(server, bucket, key, '')))
    // Those before come in any order, and this one behind them.
    await putObject(server, bucket, 'last', '')
    await until(async () => (await broker.messages()).some((message) => message.includes('"last"')))
    // It is cut by whole nodes of a hundred.
    expect((await broker.messages()).length).toBeLessThanOrEqual(200)
  },
)

it.skipIf(!isLarge)(
  'Redis is believed by its certificate alone',
  { timeout: clientTimeoutMilliseconds },
  async (context) => {
    await requireCommand(context, 'redis-server')
    await using folder = await temporaryDirectory()
    const authority = await CertificateAuthority.make(folder.path)
    const path = (name: string): string => join(folder.path, name)
    const tried = async (names: string): Promise<unknown> => {
      const { cert, key } = await authority.issue(names)
      await writeFile(path('cert.pem'), cert)
      await writeFile(path('key.pem'), key)
      await using broker = await openRedis('stream', { certificate: path('cert.pem'), key: path('key.pem') })
      const access = { tls: true, certificateAuthorityFile: path('root.pem') }
      await using server = await withBroker(broker.destination(access))
      return await putNotification(server, await createBucket(server, 'sealed'))
    }
    expect(await tried('IP:127.0.0.1')).toBe('taken')
    expect(await tried('DNS:localhost')).toBe('InvalidArgument')
  },
)
