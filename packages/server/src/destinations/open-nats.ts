import {
  readBrokerPassword,
  readSecretFile,
  readVariable,
  type SecretReading,
} from '../config/broker-access.ts'
import type { NatsConfig } from '../config/nats-config.ts'
import { readCertificateAuthority } from '../config/remote-credentials.ts'
import type { EventSender } from '../s3/shared/announcing/event-sender.ts'
import { BrokerSender } from './broker-sender.ts'
import { connectToNats, type NatsIdentity } from './nats-connection.ts'
import type { OpeningDestination } from './opening-destination.ts'

/** A subject that a stream of JetStream takes. */
export async function openNats(
  nats: NatsConfig,
  { config: { arn }, setting, dataDirectory, disk, resources }: OpeningDestination,
): Promise<EventSender> {
  const certificateAuthority = await readCertificateAuthority(disk, { setting, access: nats }, dataDirectory)
  const options = {
    destination: arn,
    servers: nats.servers,
    subject: nats.subject,
    tls: nats.tls ? { certificateAuthority } : undefined,
    identity: await readIdentity({ disk, setting, dataDirectory }, nats),
  }
  return resources.use(new BrokerSender((signal) => connectToNats(options, signal)))
}

async function readIdentity(reading: SecretReading, nats: NatsConfig): Promise<NatsIdentity> {
  const { user, environment, credentialsFile } = nats
  if (credentialsFile !== undefined) return { credentials: await readSecretFile(reading, credentialsFile) }
  if (user !== undefined) {
    const pass = await readBrokerPassword(reading, nats)
    return { user, ...(pass !== undefined && { pass }) }
  }
  const token = environment === undefined ? nats.token : readVariable(reading, `${environment}_TOKEN`)
  return token === undefined ? {} : { token }
}
