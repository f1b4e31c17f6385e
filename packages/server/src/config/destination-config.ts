import type { AmqpConfig } from './amqp-config.ts'
import type { KafkaConfig } from './kafka-config.ts'
import type { NatsConfig } from './nats-config.ts'
import type { RedisConfig } from './redis-config.ts'
import type { RemoteAccess } from './remote-access.ts'
import type { WebhookConfig } from './webhook-config.ts'

/** A queue, topic or function behind the API that Amazon's have. */
export interface ServiceConfig extends RemoteAccess {
  /** What it is called there. Default: as buckets call it. */
  readonly arn?: string | undefined
  /** `https://HOST`, `http://HOST:PORT`. Default: Amazon's own. */
  readonly endpoint?: string | undefined
  /** What requests are signed for. Default: that of the ARN. */
  readonly region?: string | undefined
}

/** What an ARN of a topic, queue or function stands for: a webhook (`url`), or one of the others. */
export interface DestinationConfig extends Omit<WebhookConfig, 'url'> {
  /** What buckets call it. */
  readonly arn: string
  /** Of a webhook. */
  readonly url?: string | undefined
  /** Of a function: how many calls by jobs are under way at once. Default: as many as jobs make. */
  readonly concurrency?: number | undefined
  readonly service?: ServiceConfig | undefined
  readonly kafka?: KafkaConfig | undefined
  readonly amqp?: AmqpConfig | undefined
  readonly nats?: NatsConfig | undefined
  readonly redis?: RedisConfig | undefined
}

/** Who is told of what happens in buckets. */
export interface NotificationSettings {
  readonly destinations: readonly DestinationConfig[]
  /** Absent: no bucket can send its events to EventBridge. */
  readonly eventBridge?: WebhookConfig | undefined
}
