import { outboxWorkerName } from '../background/events/outbox-worker.ts'
import type { Config, NotificationSettings, WebhookConfig } from '../config/config.ts'
import {
  EVENT_BRIDGE,
  type EventDestinations,
  type EventSender,
} from '../s3/shared/announcing/event-sender.ts'
import { WebhookSender } from './webhook-sender.ts'

export interface DestinationOptions {
  readonly config: Pick<Config, 'notifications'>
  /** Default: posts to the webhooks of the config. */
  readonly eventSender?: EventSender
}

/** The destinations of a config. `call` wakes a worker by its name. */
export function openDestinations(
  { config, eventSender }: DestinationOptions,
  call: (worker: string) => void,
): EventDestinations {
  const webhooks = webhooksOf(config.notifications)
  return {
    names: new Set(webhooks.keys()),
    admits: (destination, accountId) => webhooks.get(destination)?.accounts?.includes(accountId) ?? true,
    sender: eventSender ?? new WebhookSender(webhooks),
    eventAdded: (destination) => call(outboxWorkerName(destination)),
  }
}

/** By the names of their destinations. */
function webhooksOf({ destinations, eventBridge }: NotificationSettings): Map<string, WebhookConfig> {
  const webhooks = new Map<string, WebhookConfig>(destinations.map((webhook) => [webhook.arn, webhook]))
  if (eventBridge) webhooks.set(EVENT_BRIDGE, eventBridge)
  return webhooks
}
