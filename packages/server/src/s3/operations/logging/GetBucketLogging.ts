import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { loggingElement } from './logging-row.ts'

export const GetBucketLogging = defineOperation('GetBucketLogging', {
  access: { action: 's3:GetBucketLogging', on: 'bucket' },
  async handle(_input, context) {
    const { logging } = bucketOf(context)
    return logging ? { LoggingEnabled: loggingElement(context.service.accounts, logging) } : {}
  },
})
