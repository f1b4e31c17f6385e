import { defineOperation } from '../operation.ts'
import { abortUpload } from './abort-upload.ts'

export const AbortMultipartUpload = defineOperation('AbortMultipartUpload', {
  access: { action: 's3:AbortMultipartUpload', on: 'object' },
  async handle(input, { service }) {
    await abortUpload(service, input)
    return {}
  },
})
