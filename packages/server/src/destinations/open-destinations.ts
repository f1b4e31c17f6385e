import { outboxWorkerName } from '../background/events/outbox-worker.ts'
import type { Clock } from '../base/clock.ts'
import { type Disk, systemDisk } from '../base/disk.ts'
import type { Log } from '../base/log.ts'
import type { Config } from '../config/config.ts'
import type { NotificationSettings } from '../config/destination-config.ts'
import type { WebhookConfig } from '../config/webhook-config.ts'
import { WebhookSender } from '../http/webhook-sender.ts'
import {
  DeliveryFailure,
  EVENT_BRIDGE,
  type EventDestinations,
  type EventSender,
} from '../s3/shared/announcing/event-sender.ts'
import { isFunctionArn } from '../model/function-arn.ts'
import { failedTests } from './failed-tests.ts'
import { functionsOf, type Invocable, MOST_RETURNED_BYTES } from './invocable.ts'
import { openAmqp } from './open-amqp.ts'
import { openAwsService } from './open-aws-service.ts'
import { openKafka } from './open-kafka.ts'
import { openNats } from './open-nats.ts'
import { openRedis } from './open-redis.ts'
import type { OpeningDestination } from './opening-destination.ts'

export interface DestinationOptions {
  readonly config: Pick<Config, 'notifications'>
  readonly dataDirectory?: string | undefined
  readonly disk?: Disk | undefined
  /** Default: brings them to the destinations of the config. */
  readonly eventSender?: EventSender
}

interface OpeningParts {
  readonly clock: Clock
  readonly log: Log
  readonly resources: AsyncDisposableStack
}

/** The destinations of a config. `call` wakes a worker by its name. Throws `ConfigError` where a file that it names cannot be used. */
export async function openDestinations(
  { config: { notifications }, eventSender, dataDirectory, disk = systemDisk }: DestinationOptions,
  { clock, log, resources }: OpeningParts,
  call: (worker: string) => void,
): Promise<EventDestinations> {
  const accounts = new Map(notifications.destinations.map(({ arn, accounts }) => [arn, accounts]))
  if (notifications.eventBridge) accounts.set(EVENT_BRIDGE, notifications.eventBridge.accounts)
  const senders = new Map<string, EventSender>()
  const webhooks = webhooksOf(notifications)
  const webhookSender = new WebhookSender(webhooks)
  const invocables = new Map<string, Invocable>()
  const concurrencies = new Map(
    notifications.destinations.flatMap(({ arn, concurrency }) =>
      concurrency === undefined ? [] : [[arn, concurrency] as const],
    ),
  )
  for (const name of webhooks.keys()) {
    senders.set(name, webhookSender)
    if (isFunctionArn(name)) invocables.set(name, invocableOf(webhookSender, name))
  }
  for (const destination of eventSender ? [] : notifications.destinations) {
    const setting = `notifications.destinations, ${destination.arn}`
    const opening = { config: destination, setting, dataDirectory, disk, clock, resources }
    const sender = await openOther(opening)
    if (!sender) continue
    senders.set(destination.arn, sender)
    if (isFunctionArn(destination.arn) && isInvocable(sender)) invocables.set(destination.arn, sender)
  }
  return {
    names: new Set(accounts.keys()),
    admits: (destination, accountId) => accounts.get(destination)?.includes(accountId) ?? true,
    sender: eventSender ?? {
      send: (destination, ...rest) => senderOf(senders, destination).send(destination, ...rest),
    },
    functions: functionsOf(invocables, concurrencies),
    eventAdded: (destination) => call(outboxWorkerName(destination)),
    testFailed: failedTests(log, clock),
  }
}

/** Brokers return nothing. */
function isInvocable(sender: EventSender): sender is EventSender & Invocable {
  return 'invoke' in sender
}

function invocableOf(webhookSender: WebhookSender, destination: string): Invocable {
  return {
    async invoke(message, qualifier, signal) {
      const calledAs = qualifier === undefined ? destination : `${destination}:${qualifier}`
      const payload = await webhookSender.ask({ destination, calledAs, message }, MOST_RETURNED_BYTES, signal)
      return { payload, isError: false }
    },
  }
}

/** Whatever is no webhook. */
async function openOther(opening: OpeningDestination): Promise<EventSender | undefined> {
  const { service, amqp, kafka, nats, redis } = opening.config
  if (service) return openAwsService(service, opening)
  if (amqp) return openAmqp(amqp, opening)
  if (kafka) return openKafka(kafka, opening)
  if (nats) return openNats(nats, opening)
  return redis && openRedis(redis, opening)
}

function senderOf(senders: ReadonlyMap<string, EventSender>, destination: string): EventSender {
  return senders.get(destination) ?? NOWHERE
}

const NOWHERE: EventSender = {
  send: () => Promise.reject(new DeliveryFailure('unavailable', 'the config has no such destination')),
}

/** By the names of their destinations. */
function webhooksOf({ destinations, eventBridge }: NotificationSettings): Map<string, WebhookConfig> {
  const webhooks = new Map<string, WebhookConfig>()
  for (const { arn, url, ...more } of destinations) if (url !== undefined) webhooks.set(arn, { url, ...more })
  if (eventBridge) webhooks.set(EVENT_BRIDGE, eventBridge)
  return webhooks
}
