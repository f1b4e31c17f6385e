import type { BrokerPassword } from './broker-access.ts'

/** Who one is to a broker. */
export interface KafkaSasl extends BrokerPassword {
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  readonly user: string
}

/** A topic of Apache Kafka. */
export interface KafkaConfig {
  /** `HOST:PORT`: who is asked first; they tell of all others. */
  readonly brokers: readonly string[]
  readonly topic: string
  /** Default: nothing is encrypted. */
  readonly tls?: boolean | undefined
  /** PEM: who may have signed their certificates, in place of those whom the system trusts. A relative path lies in the data folder. */
  readonly certificateAuthorityFile?: string | undefined
  /** Default: nobody logs in. */
  readonly sasl?: KafkaSasl | undefined
}
