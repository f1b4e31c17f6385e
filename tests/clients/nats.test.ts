import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { connectToNats } from '../../packages/server/src/destinations/nats-connection.ts'
import { BrokerProcess } from '../support/broker-process.ts'
import { createBucket } from '../support/buckets.ts'
import { CertificateAuthority } from '../support/certificate-authority.ts'
import type { CertificateFiles } from '../support/certificate.ts'
import { freePort } from '../support/free-port.ts'
import { requireCommand } from '../support/require-command.ts'
import { clientTimeoutMilliseconds, isLarge } from '../support/sizes.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { describeBroker, putNotification, SECRET, type TestBroker, USER, withBroker } from './broker.suite.ts'

const SUBJECT = 'storage.events'

/** With a stream in files; by TLS where there are certificates. */
async function openNats(tls?: CertificateFiles): Promise<TestBroker> {
  const folder = await temporaryDirectory()
  const port = await freePort()
  const broker = new BrokerProcess('nats-server', port)
  const address = `127.0.0.1:${port}`
  const identity = ['--user', USER, '--pass', SECRET]
  const words = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', folder.path, ...identity]
  if (tls) words.push('--tls', '--tlscert', tls.certificate, '--tlskey', tls.key)
  const manage = async <Result>(run: (manager: JetStreamManager) => Promise<Result>): Promise<Result> => {
    const connection = await connect({
      servers: address,
      user: USER,
      pass: SECRET,
      reconnect: false,
      ...(tls && { tls: { rejectUnauthorized: false } }),
    })
    try {
      return await run(await jetstreamManager(connection))
    } finally {
      await connection.close()
    }
  }
  const addStream = (): Promise<unknown> =>
    manage((manager) => manager.streams.add({ name: 'EVENTS', subjects: [SUBJECT] }))
  await broker.start(words)
  await addStream()
  return {
    destination: (other = {}) => ({
      nats: { servers: [address], subject: SUBJECT, user: USER, password: SECRET, ...other },
    }),
    start: () => broker.start(words),
    kill: () => broker.kill(),
    signal: (signal) => broker.signal(signal),
    takeAway: async () => void (await manage((manager) => manager.streams.delete('EVENTS'))),
    bringBack: async () => void (await addStream()),
    messages: () =>
      manage(async (manager) => {
        const { state } = await manager.streams.info('EVENTS')
        const seqs = Array.from({ length: state.messages }, (_, index) => state.first_seq + index)
        const found = await Promise.all(seqs.map((seq) => manager.streams.getMessage('EVENTS', { seq })))
        return found.map((message) => Buffer.from(message?.data ?? []).toString())
      }),
    async [Symbol.asyncDispose]() {
      await broker.kill()
      await folder[Symbol.asyncDispose]()
    },
  }
}

describeBroker('nats-server', () => openNats(), { repeats: false })

it.skipIf(!isLarge)('NATS keeps a message once that is sent to it twice', async (context) => {
  await requireCommand(context, 'nats-server')
  await using broker = await openNats()
  const { servers } = (broker.destination() as { nats: { servers: string[] } }).nats
  const destination = 'arn:aws:sqs:us-east-1:100000000001:queue'
  const identity = { user: USER, pass: SECRET }
  for (const message of ['first', 'second', 'first']) {
    // As a server does that had no time to note that it was taken.
    const end = new AbortController()
    const options = { destination, servers, subject: SUBJECT, tls: undefined, identity }
    await (await connectToNats(options, end.signal)).send(message)
    end.abort()
  }
  expect(await broker.messages()).toEqual(['first', 'second'])
})

it.skipIf(!isLarge)(
  'NATS is believed by its certificate alone',
  { timeout: clientTimeoutMilliseconds },
  async (context) => {
    await requireCommand(context, 'nats-server')
    await using folder = await temporaryDirectory()
    const authority = await CertificateAuthority.make(folder.path)
    const path = (name: string): string => join(folder.path, name)
    const tried = async (names: string): Promise<unknown> => {
      const { cert, key } = await authority.issue(names)
      await writeFile(path('cert.pem'), cert)
      await writeFile(path('key.pem'), key)
      await using broker = await openNats({ certificate: path('cert.pem'), key: path('key.pem') })
      const access = { tls: true, certificateAuthorityFile: path('root.pem') }
      await using server = await withBroker(broker.destination(access))
      return await putNotification(server, await createBucket(server, 'sealed'))
    }
    expect(await tried('IP:127.0.0.1')).toBe('taken')
    expect(await tried('DNS:localhost')).toBe('InvalidArgument')
  },
)
