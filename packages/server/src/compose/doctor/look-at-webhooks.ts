import { errorMessage } from '../../base/error-message.ts'
import { errorCode } from '../../base/storage-fault.ts'
import type { AmqpConfig } from '../../config/amqp-config.ts'
import type { DestinationConfig } from '../../config/destination-config.ts'
import type { WebhookConfig } from '../../config/webhook-config.ts'
import { serviceEndpoint } from '../../destinations/open-aws-service.ts'
import { publicLookup } from '../../http/public-lookup.ts'
import { reach } from '../../http/reach.ts'
import { mayBePrivate, PRIVATE_ADDRESS } from '../../http/webhook-sender.ts'
import type { Patient, Say } from './patient.ts'

/** Whether something listens where events go. Sends nothing. */
export async function lookAtWebhooks({ config }: Patient, say: Say): Promise<void> {
  const { destinations, eventBridge } = config.notifications
  const webhooks: readonly (readonly [string, Pick<WebhookConfig, 'url' | 'privateAddresses'>])[] = [
    ...destinations.flatMap((destination) =>
      placesOf(destination).map((place) => [`${kindOf(destination)} of ${destination.arn}`, place] as const),
    ),
    ...(config.auditLog?.webhook ? [['webhook of the audit log', config.auditLog.webhook] as const] : []),
    ...(eventBridge ? [['webhook of EventBridge', eventBridge] as const] : []),
  ]
  const looks = webhooks.map(async ([name, { url: text, privateAddresses }]) => {
    const url = new URL(text)
    const lookup = mayBePrivate({ url, privateAddresses }) ? undefined : publicLookup()
    try {
      await reach(url, lookup)
    } catch (error) {
      // Paths and queries of webhooks are secrets often.
      say(
        'wrong',
        `The ${name} at ${url.host} cannot be reached: ${reasonOf(error)}. What is for it waits until it can.`,
      )
    }
  })
  await Promise.all(looks)
}

function placesOf({ arn, url, privateAddresses, service, kafka, amqp }: DestinationConfig) {
  // Whether the certificate of a broker is a good one, the first message tells.
  if (kafka) return kafka.brokers.map((broker) => ({ url: `kafka://${broker}`, privateAddresses: true }))
  if (amqp) return [{ url: amqpAddress(amqp), privateAddresses: true }]
  if (!service) return [{ url: url ?? '', privateAddresses }]
  return [{ url: serviceEndpoint(arn, service).href, privateAddresses: service.privateAddresses }]
}

function kindOf({ url, service }: DestinationConfig): string {
  if (url !== undefined) return 'webhook'
  return service ? 'service' : 'broker'
}

function amqpAddress({ url }: AmqpConfig): string {
  const { protocol, hostname, port } = new URL(url)
  return `tcp://${hostname}:${port || (protocol === 'amqps:' ? 5671 : 5672)}`
}

function reasonOf(error: unknown): string {
  const code = errorCode(error)
  if (code === 'EPRIVATE') return PRIVATE_ADDRESS
  return code ?? errorMessage(error)
}
