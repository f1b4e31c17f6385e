import type { BrokerPassword } from './broker-access.ts'

/** A broker of AMQP 0-9-1, RabbitMQ say, and where in it messages go. */
export interface AmqpConfig extends BrokerPassword {
  /** `amqp://HOST`, `amqps://HOST:PORT/VIRTUAL-HOST`. */
  readonly url: string
  readonly user: string
  /** Default: the one that brings messages to the queue that the routing key names. */
  readonly exchange?: string | undefined
  /** Default: none. */
  readonly routingKey?: string | undefined
  /** PEM: who may have signed its certificate, in place of those whom the system trusts. A relative path lies in the data folder. */
  readonly certificateAuthorityFile?: string | undefined
}
