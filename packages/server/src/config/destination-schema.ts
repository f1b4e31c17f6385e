import { kafkaSchema } from './kafka-schema.ts'
import { amqp } from './amqp-schema.ts'
import { natsSchema } from './nats-schema.ts'
import { redisSchema } from './redis-schema.ts'
import { endpoint, regionName, remoteAccess } from './remote-access-schema.ts'
import { list, section, text, whole } from './schema-parts.ts'
import { webhook, WEBHOOK_FORM } from './webhook-schema.ts'

const DESTINATION_ARN = text(
  /^arn:[a-z-]{1,32}:(sns|sqs|lambda):[a-z0-9-]{1,64}:\d{12}:[\x21-\x7e]{1,512}$/,
  'the ARN of a topic, queue or function, for example "arn:aws:sqs:us-east-1:100000000001:queue"',
)

const service = section(
  {
    arn: DESTINATION_ARN.optional(),
    endpoint: endpoint.optional(),
    region: regionName.optional(),
    ...remoteAccess,
  },
  'an object { "arn", "endpoint", "region", "accessKey", … }',
)

/** What stands for an ARN; `find-contradictions.ts` sees to it that it is one thing. */
const destination = section(
  {
    arn: DESTINATION_ARN,
    ...webhook,
    url: webhook.url.optional(),
    concurrency: whole(1).optional(),
    service: service.optional(),
    kafka: kafkaSchema.optional(),
    amqp: amqp.optional(),
    nats: natsSchema.optional(),
    redis: redisSchema.optional(),
  },
  'an object { "arn", "url", "authorization", "accounts", … }',
)

export const notificationsSchema = section(
  {
    destinations: list(destination, 'a list of destinations').optional(),
    eventBridge: section(webhook, WEBHOOK_FORM).optional(),
  },
  'an object { "destinations", "eventBridge" }',
)
