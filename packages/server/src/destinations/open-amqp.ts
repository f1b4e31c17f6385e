import type { AmqpConfig } from '../config/amqp-config.ts'
import { readBrokerPassword } from '../config/broker-access.ts'
import { readCertificateAuthority } from '../config/remote-credentials.ts'
import type { EventSender } from '../s3/shared/announcing/event-sender.ts'
import { AmqpSender } from './amqp-sender.ts'
import type { OpeningDestination } from './opening-destination.ts'

/** An exchange of a broker. It and its queues are the operator's: nothing is declared. */
export async function openAmqp(
  access: AmqpConfig,
  { setting, dataDirectory, disk, clock, resources }: OpeningDestination,
): Promise<EventSender> {
  const password = (await readBrokerPassword({ disk, setting, dataDirectory }, access)) ?? ''
  const certificateAuthority = await readCertificateAuthority(disk, { setting, access }, dataDirectory)
  return resources.use(new AmqpSender({ ...access, password, certificateAuthority, clock }))
}
