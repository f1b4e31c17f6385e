import { readDocument } from '../bucket-documents.ts'
import { parseNotification } from '../events/notification-rules.ts'
import { bucketOf, defineOperation } from '../operation.ts'

export const GetBucketNotificationConfiguration = defineOperation('GetBucketNotificationConfiguration', {
  access: { action: 's3:GetBucketNotification', on: 'bucket' },
  async handle(_input, context) {
    const text = await readDocument(context.service, bucketOf(context), 'notification')
    // Source: S3 API Reference: without a configuration, an empty element.
    return text === undefined ? {} : parseNotification(text)
  },
})
