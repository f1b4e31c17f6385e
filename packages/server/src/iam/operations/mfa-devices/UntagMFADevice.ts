import { withoutTags } from '../../shared/tags.ts'
import { changeDevice, defineDeviceOperation } from './device-operation.ts'

export const UntagMFADevice = defineDeviceOperation('UntagMFADevice', {
  keys: ({ TagKeys }) => ({ 'aws:TagKeys': TagKeys }),
  async handle(device, { TagKeys }, { service }) {
    await changeDevice(service, device, (row) => ({
      ...row,
      tags: withoutTags(row.tags ?? [], TagKeys, 'different'),
    }))
    return {}
  },
})
