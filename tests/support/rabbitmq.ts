import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Channel, type ChannelModel, connect as connectAmqp, type GetMessage } from 'amqplib'
import { freePort } from './free-port.ts'
import type { ShownCertificates } from './certificate-authority.ts'
import { runCommand } from './run-command.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const READY_WITHIN_MILLISECONDS = 120_000
/** Its definitions are kept by Mnesia, whose log is written every two seconds. */
const DEFINED_MILLISECONDS = 2500
/** Debian's; what is on the path wants to be root, and becomes another user. */
const PROGRAMS = '/usr/lib/rabbitmq/bin'
export const RABBITMQ_SERVER = `${PROGRAMS}/rabbitmq-server`

export const RABBITMQ_USER = 'holdfast'
export const RABBITMQ_PASSWORD = 'a password, and a long one'
export const RABBITMQ_VIRTUAL_HOST = 'storage'
/** Larger than most events. */
const MOST_BYTES = 2048

/** A RabbitMQ of a test's own, on loopback. */
export interface RabbitMq extends AsyncDisposable {
  readonly url: string
  readonly tlsUrl: string
  /** As a crash would. What it has on disk it has again when it is started. */
  kill(): Promise<void>
  start(): Promise<void>
  /** `rabbitmqctl`. */
  control(...words: readonly string[]): Promise<string>
  /** Works on a connection of its own. */
  use<T>(work: (channel: Channel) => Promise<T>): Promise<T>
  /** Makes a queue that is there after a crash, too. */
  declare(queue: string): Promise<void>
  /** All that a queue holds; it is empty then. */
  take(queue: string): Promise<GetMessage[]>
}

export async function startRabbitMq({ cert, key }: ShownCertificates): Promise<RabbitMq> {
  const folder = await temporaryDirectory()
  const [port, tlsPort, distributionPort, mapperPort] = await Promise.all(Array.from({ length: 4 }, freePort))
  const at = (name: string): string => join(folder.path, name)
  const settings = [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    `listeners.ssl.1 = 127.0.0.1:${tlsPort}`,
    `ssl_options.certfile = ${at('cert.pem')}`,
    `ssl_options.keyfile = ${at('key.pem')}`,
    `default_user = ${RABBITMQ_USER}`,
    `default_pass = ${RABBITMQ_PASSWORD}`,
    `default_vhost = ${RABBITMQ_VIRTUAL_HOST}`,
    `max_message_size = ${MOST_BYTES}`,
  ]
  await writeFile(at('rabbitmq.conf'), `${settings.join('\n')}\n`)
  await writeFile(at('plugins'), '[].\n')
  await writeFile(at('cert.pem'), cert)
  await writeFile(at('key.pem'), key)
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder.path,
    LC_ALL: 'C.UTF-8',
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(mapperPort),
    RABBITMQ_NODENAME: `holdfast-${port}@localhost`,
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_MNESIA_BASE: at('mnesia'),
    RABBITMQ_LOG_BASE: at('log'),
    RABBITMQ_CONFIG_FILE: at('rabbitmq.conf'),
    RABBITMQ_CONF_ENV_FILE: at('none'),
    RABBITMQ_ENABLED_PLUGINS_FILE: at('plugins'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} +sbwt none',
    // The script becomes the broker, so that its process is ours to end.
    RUNNING_UNDER_SYSTEMD: 'true',
  }
  const begin = (command: string, ...words: readonly string[]): ChildProcess =>
    spawn(command, words, { cwd: folder.path, env: environment, stdio: 'ignore' })
  // Else the broker leaves one behind that it has started.
  const mapper = begin('epmd', '-address', '127.0.0.1', '-port', String(mapperPort))
  let server: ChildProcess | undefined
  const url = `amqp://127.0.0.1:${port}/${RABBITMQ_VIRTUAL_HOST}`
  const rabbitMq: RabbitMq = {
    url,
    tlsUrl: `amqps://localhost:${tlsPort}/${RABBITMQ_VIRTUAL_HOST}`,
    async kill() {
      await end(server)
      server = undefined
    },
    async start() {
      const started = (server = begin(RABBITMQ_SERVER))
      const log = at(`log/holdfast-${port}@localhost.log`)
      await untilListening(tlsPort ?? 0, started).catch(async (cause: unknown) => {
        throw new Error(await readFile(log, 'utf8').catch(() => 'it has no log'), { cause })
      })
    },
    async control(...words) {
      return (await runCommand(`${PROGRAMS}/rabbitmqctl`, words, { environment })).text
    },
    async use(work) {
      const { hostname, port: number } = new URL(url)
      const to = { hostname, port: Number(number), vhost: RABBITMQ_VIRTUAL_HOST }
      const connection: ChannelModel = await connectAmqp({
        ...to,
        username: RABBITMQ_USER,
        password: RABBITMQ_PASSWORD,
      })
      try {
        const channel = await connection.createChannel()
        // What fails says so itself.
        channel.on('error', () => {})
        return await work(channel)
      } finally {
        await connection.close()
      }
    },
    async declare(queue) {
      await rabbitMq.use((channel) => channel.assertQueue(queue, { durable: true }))
      await delay(DEFINED_MILLISECONDS)
    },
    take: (queue) =>
      rabbitMq.use(async (channel) => {
        const messages: GetMessage[] = []
        for (;;) {
          const message = await channel.get(queue, { noAck: true })
          if (!message) return messages
          messages.push(message)
        }
      }),
    async [Symbol.asyncDispose]() {
      await end(server)
      await end(mapper)
      await folder[Symbol.asyncDispose]()
    },
  }
  try {
    await rabbitMq.start()
    return rabbitMq
  } catch (error) {
    await rabbitMq[Symbol.asyncDispose]()
    throw error
  }
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** It opens its ports at the end, that of TLS last. */
async function untilListening(port: number, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MILLISECONDS
  while (!(await isListening(port))) {
    if (server.exitCode !== null) throw new Error(`RabbitMQ ended with ${server.exitCode}`)
    if (Date.now() > deadline) throw new Error('RabbitMQ did not become ready')
    await delay(100)
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
