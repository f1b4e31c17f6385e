/** A broker of AMQP 0-9-1, RabbitMQ say, and where in it messages go. */
export interface AmqpConfig {
  /** `amqp://HOST`, `amqps://HOST:PORT/VIRTUAL-HOST`. */
  readonly url: string
  readonly user: string
  /** One of three ways to say it. */
  readonly password?: string | undefined
  /** A file that has it; a relative path lies in the data folder. */
  readonly passwordFile?: string | undefined
  /** What the name of the variable begins with that has it: `<environment>_PASSWORD`. */
  readonly environment?: string | undefined
  /** Default: the one that brings messages to the queue that the routing key names. */
  readonly exchange?: string | undefined
  /** Default: none. */
  readonly routingKey?: string | undefined
  /** PEM: who may have signed its certificate, in place of those whom the system trusts. A relative path lies in the data folder. */
  readonly certificateAuthorityFile?: string | undefined
}
