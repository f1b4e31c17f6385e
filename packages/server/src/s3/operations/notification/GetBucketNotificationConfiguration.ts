import { readDocument } from '../../shared/bucket/bucket-documents.ts'
import { parseNotification } from '../../shared/announcing/notification-rules.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'

export const GetBucketNotificationConfiguration = defineOperation('GetBucketNotificationConfiguration', {
  access: { action: 's3:GetBucketNotification', on: 'bucket' },
  async handle(_input, context) {
    const text = await readDocument(context.service, bucketOf(context), 'notification')
    // Source: S3 API Reference: without a configuration, an empty element.
    return text === undefined ? {} : parseNotification(text)
  },
})
