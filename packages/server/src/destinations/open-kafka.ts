import { readBrokerPassword } from '../config/broker-access.ts'
import type { KafkaConfig } from '../config/kafka-config.ts'
import { readCertificateAuthority } from '../config/remote-credentials.ts'
import { hostOf, servernameOf } from '../http/broker-address.ts'
import { ANSWER_MILLISECONDS } from '../http/within-deadline.ts'
import type { EventSender } from '../s3/shared/announcing/event-sender.ts'
import { type KafkaProducer, KafkaSender } from './kafka-sender.ts'
import { loadClient } from './load-client.ts'
import type { OpeningDestination } from './opening-destination.ts'

/** A topic of Apache Kafka. */
export async function openKafka(
  kafka: KafkaConfig,
  { setting, dataDirectory, disk, resources }: OpeningDestination,
): Promise<EventSender> {
  const { sasl } = kafka
  const access: Access = {
    certificateAuthority: await readCertificateAuthority(disk, { setting, access: kafka }, dataDirectory),
    password: async () => (sasl && (await readBrokerPassword({ disk, setting, dataDirectory }, sasl))) ?? '',
  }
  await access.password()
  return resources.use(new KafkaSender(() => connect(kafka, access)))
}

interface Access {
  readonly certificateAuthority: string | undefined
  /** Reads it anew: a file may have got another one. */
  readonly password: () => Promise<string>
}

/**
 * The client repeats a message itself only where little time is lost: so often it numbers what it sends, and brokers know what they
 * have already. They do not know it of another producer.
 */
const RETRIES = { idempotent: true, retries: 2, retryDelay: 250 }

/** How long it is believed where partitions are, as clients in Java do. */
const METADATA_MILLISECONDS = 5 * 60_000

async function connect(kafka: KafkaConfig, access: Access): Promise<KafkaProducer> {
  const { Producer, ProduceAcks, compatibilityPartitioner } = await loadClient(
    '@platformatic/kafka',
    () => import('@platformatic/kafka'),
  )
  const { topic, tls, sasl } = kafka
  let next = ''
  const producer = new Producer({
    clientId: 'holdfast',
    bootstrapBrokers: kafka.brokers.map(hostOf),
    ...(tls && {
      tls: {
        ca: access.certificateAuthority,
        // The client would ask for none or, where a broker has an address for its name, for that, which Node.js throws at.
        get servername() {
          return servernameOf(next).servername ?? ''
        },
      },
    }),
    ...(sasl && {
      sasl: { mechanism: sasl.mechanism, username: sasl.user, password: await access.password() },
    }),
    ...RETRIES,
    // It would throw outside of all promises where a topic was made anew with fewer partitions; another producer finds them.
    repeatOnStaleMetadata: false,
    acks: ProduceAcks.ALL,
    autocreateTopics: false,
    // As clients in Java choose partitions; the client's own choice is another for every other key.
    partitioner: compatibilityPartitioner,
    requestTimeout: ANSWER_MILLISECONDS,
    metadataMaxAge: METADATA_MILLISECONDS,
  })
  producer.connections.on('connecting', ({ broker, connection }) => {
    next = broker.host
    // Where nobody listens, what a connection says of its end is thrown at the process; sends reject without it.
    connection.on('error', () => {})
  })
  return {
    async send(key, value) {
      const message = {
        topic,
        value: Buffer.from(value),
        ...(key !== undefined && { key: Buffer.from(key) }),
      }
      await producer.send({ messages: [message] })
    },
    end() {
      const connections = [...producer.connections]
      producer.close().catch(() => {})
      // Else each waits until its broker has taken what was written.
      for (const [, connection] of connections) connection.socket.destroy()
    },
  }
}
