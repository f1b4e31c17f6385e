import { S3Error } from '../../../model/s3-error.ts'
import type { NotificationConfiguration } from '../../../model/types.gen.ts'
import { changeDocument } from '../../shared/bucket/bucket-documents.ts'
import { elementsOf } from '../../shared/announcing/notification-rules.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { assertEventBridge, checkDestinations } from './check-destinations.ts'
import { checkNotification } from './check-notification.ts'

/** More than 100 configurations with the longest ids and filters take. */
const MOST_BYTES = 512 * 1024

export const PutBucketNotificationConfiguration = defineOperation('PutBucketNotificationConfiguration', {
  access: { action: 's3:PutBucketNotification', on: 'bucket' },
  async handle(input, context) {
    const { service } = context
    const configuration = input.NotificationConfiguration
    const elements = elementsOf(configuration)
    checkNotification(elements, service.settings.region)
    assertEventBridge(context, configuration)
    const isEmpty = elements.length === 0 && !configuration.EventBridgeConfiguration
    const text = isEmpty ? undefined : JSON.stringify(completed(configuration, service))
    if (text !== undefined && Buffer.byteLength(text) > MOST_BYTES) {
      throw new S3Error('MaxMessageLengthExceeded')
    }
    if (input.SkipDestinationValidation !== true) await checkDestinations(context, input.Bucket, elements)
    await changeDocument(context, input.Bucket, 'notification', text)
    return {}
  },
})

/** As it is kept: each configuration has an id, and names of filter rules are as the documentation spells them. */
function completed(configuration: NotificationConfiguration, service: S3Service): NotificationConfiguration {
  const complete = <Item extends Completable>(item: Item): Item => ({
    ...item,
    Id: item.Id === undefined || item.Id === '' ? service.random.bytes(24).toString('base64url') : item.Id,
    ...(item.Filter && { Filter: { Key: { FilterRules: rulesOf(item) } } }),
  })
  return {
    TopicConfigurations: configuration.TopicConfigurations?.map(complete),
    QueueConfigurations: configuration.QueueConfigurations?.map(complete),
    LambdaFunctionConfigurations: configuration.LambdaFunctionConfigurations?.map(complete),
    EventBridgeConfiguration: configuration.EventBridgeConfiguration,
  }
}

type Completable = Pick<
  NonNullable<NotificationConfiguration['TopicConfigurations']>[number],
  'Id' | 'Filter'
>

function rulesOf({ Filter }: Completable) {
  return (Filter?.Key?.FilterRules ?? []).map(({ Name, Value }) => ({ Name: Name?.toLowerCase(), Value }))
}
