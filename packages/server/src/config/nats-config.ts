import type { BrokerAccess } from './broker-access.ts'

/** A subject of NATS that a stream of JetStream takes. */
export interface NatsConfig extends BrokerAccess {
  /** `host:port`; one of them is enough, whichever answers. */
  readonly servers: readonly string[]
  readonly subject: string
  /** In place of a user. Without a user, `environment` says where it is: `<environment>_TOKEN`. */
  readonly token?: string | undefined
  /** In place of a user: what `nsc` writes, a JWT and a seed. A relative path lies in the data folder. */
  readonly credentialsFile?: string | undefined
}
