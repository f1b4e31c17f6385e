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

interface Place {
  readonly what: 'webhook' | 'service' | 'broker'
  /** One is enough. */
  readonly urls: readonly URL[]
  readonly privateAddresses?: boolean | undefined
}

/** Whether something listens where events go. Sends nothing. */
export async function lookAtWebhooks({ config }: Patient, say: Say): Promise<void> {
  const { destinations, eventBridge } = config.notifications
  const places: readonly (readonly [string, Place])[] = [
    ...destinations.map((destination) => [destination.arn, placeOf(destination)] as const),
    ...(config.auditLog?.webhook ? [['the audit log', webhook(config.auditLog.webhook)] as const] : []),
    ...(eventBridge ? [['EventBridge', webhook(eventBridge)] as const] : []),
  ]
  const looks = places.map(async ([name, { what, urls, privateAddresses }]) => {
    const tries = urls.map((url) =>
      reach(url, mayBePrivate({ url, privateAddresses }) ? undefined : publicLookup()),
    )
    // Paths and queries of webhooks are secrets often.
    const hosts = urls.map(({ host }) => host).join(', ')
    await Promise.any(tries).catch(({ errors: [error] }: AggregateError) =>
      say(
        'wrong',
        `The ${what} of ${name} at ${hosts} cannot be reached: ${reasonOf(error)}. What is for it waits until it can.`,
      ),
    )
  })
  await Promise.all(looks)
}

function placeOf(destination: DestinationConfig): Place {
  const { arn, url = '', privateAddresses, service, amqp, kafka, nats, redis } = destination
  if (amqp) return broker([amqpAddress(amqp)])
  if (kafka) return broker(kafka.brokers)
  if (nats) return broker(nats.servers)
  if (redis) return broker([redis.address])
  if (!service) return webhook({ url, privateAddresses })
  const urls = [serviceEndpoint(arn, service)]
  return { what: 'service', urls, privateAddresses: service.privateAddresses }
}

function amqpAddress({ url }: AmqpConfig): string {
  const { protocol, hostname, port } = new URL(url)
  return `${hostname}:${port || (protocol === 'amqps:' ? 5671 : 5672)}`
}

function webhook({ url, privateAddresses }: Pick<WebhookConfig, 'url' | 'privateAddresses'>): Place {
  return { what: 'webhook', urls: [new URL(url)], privateAddresses }
}

/** Whatever is spoken there; whether its certificate is a good one, the first message tells. */
function broker(addresses: readonly string[]): Place {
  const urls = addresses.map((address) => new URL(`tcp://${address}`))
  return { what: 'broker', urls, privateAddresses: true }
}

function reasonOf(error: unknown): string {
  const code = errorCode(error)
  if (code === 'EPRIVATE') return PRIVATE_ADDRESS
  return code ?? errorMessage(error)
}
