import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { CertificateAuthority } from './certificate-authority.ts'
import { freePort } from './free-port.ts'
import { runCommand } from './run-command.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const TOPICS = fileURLToPath(new URL('../clients/java/kafka/Topic.java', import.meta.url))
/** It is alone, and small. */
const JAVA = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']

export const KAFKA_LOGIN = { user: 'uploads', password: 'of-uploads' }

export interface KafkaRecord {
  readonly partition: number
  /** The partition that producers in Java choose for its key. */
  readonly chosen: number
  readonly key: string | undefined
  readonly value: string
}

/** A broker of Apache Kafka of a test's own, that is its own controller, in a temporary folder. */
export interface KafkaBroker extends AsyncDisposable {
  /** Where nobody logs in. */
  readonly address: string
  /** Where there is TLS, and one logs in as {@link KAFKA_LOGIN}. */
  readonly secureAddress: string
  /** PEM of whom its certificate is from. */
  readonly certificateAuthorityFile: string
  /** In place of the one that there is. */
  createTopic(name: string, partitions: number): Promise<void>
  /** All of a topic, in the order of each partition, once there are so many. */
  records(topic: string, count: number): Promise<readonly KafkaRecord[]>
  start(): Promise<void>
  signal(signal: NodeJS.Signals): void
  /** Ends it as a crash would. */
  kill(): Promise<void>
}

/** `jars`: the folder of Kafka and all that it needs. */
export async function startKafka(jars: string): Promise<KafkaBroker> {
  const folder = await temporaryDirectory()
  const [plain, secure, controller] = await Promise.all([freePort(), freePort(), freePort()])
  const settings = join(folder.path, 'server.properties')
  await writeFile(settings, await properties(folder.path, { plain, secure, controller }))
  const { user, password } = KAFKA_LOGIN
  const login = `SCRAM-SHA-512=[name=${user},password=${password}]`
  const java = ['-cp', `${jars}/*`]
  const format = ['format', '-t', 'SG9sZGZhc3QtdGVzdHMtMQ', '-c', settings, '--add-scram', login]
  await runCommand('java', [...java, 'kafka.tools.StorageTool', ...format])
  const address = `127.0.0.1:${plain}`
  const topics = (...words: string[]) => runCommand('java', [...java, TOPICS, ...words])
  let broker: ChildProcess | undefined
  const kill = async (): Promise<void> => {
    if (!broker || broker.exitCode !== null || broker.signalCode !== null) return
    const ended = once(broker, 'exit')
    broker.kill('SIGKILL')
    await ended
  }
  const start = async (): Promise<void> => {
    broker = spawn('java', [...JAVA, ...java, 'kafka.Kafka', settings], { stdio: 'ignore' })
    for (let attempt = 0; !(await isListening(plain)); attempt++) {
      if (broker.exitCode !== null || attempt > 300) throw new Error('Kafka did not start')
      await delay(100)
    }
  }
  await start()
  return {
    address,
    secureAddress: `localhost:${secure}`,
    certificateAuthorityFile: join(folder.path, 'root.pem'),
    createTopic: async (name, partitions) => void (await topics('create', address, name, String(partitions))),
    records: async (topic, count) =>
      (await topics('read', address, topic, String(count))).text.trim().split('\n').map(recordOf),
    start,
    signal: (signal) => broker?.kill(signal),
    kill,
    async [Symbol.asyncDispose]() {
      await kill()
      await folder[Symbol.asyncDispose]()
    },
  }
}

async function properties(
  folder: string,
  { plain, secure, controller }: Readonly<Record<'plain' | 'secure' | 'controller', number>>,
): Promise<string> {
  const authority = await CertificateAuthority.make(folder)
  const { cert, key } = await authority.issue()
  const clients = `PLAINTEXT://127.0.0.1:${plain},SECURE://localhost:${secure}`
  const { user, password } = KAFKA_LOGIN
  const security = 'org.apache.kafka.common.security'
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `${clients},CONTROLLER://127.0.0.1:${controller}`,
    // Who is asked by a name may tell of addresses.
    'advertised.listeners': clients.replace('localhost', '127.0.0.1'),
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
    'listener.name.secure.plain.sasl.jaas.config': `${security}.plain.PlainLoginModule required user_${user}="${password}";`,
    'listener.name.secure.scram-sha-512.sasl.jaas.config': `${security}.scram.ScramLoginModule required;`,
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.certificate.chain': cert.replaceAll('\n', '\\n'),
    'ssl.keystore.key': key.replaceAll('\n', '\\n'),
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': false,
    'message.max.bytes': 4096,
    'num.network.threads': 1,
    'num.io.threads': 2,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => resolve(false))
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}

function recordOf(line: string): KafkaRecord {
  const [partition, chosen, key, value = ''] = line.split(' ')
  return {
    partition: Number(partition),
    chosen: Number(chosen),
    key: key === '-' ? undefined : key,
    value: Buffer.from(value, 'base64').toString(),
  }
}
