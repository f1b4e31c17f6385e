import { requestTagKeys, withTags } from '../../shared/tags.ts'
import { changeDevice, defineDeviceOperation } from './device-operation.ts'

export const TagMFADevice = defineDeviceOperation('TagMFADevice', {
  keys: ({ Tags }) => requestTagKeys(Tags),
  async handle(device, { Tags }, { service }) {
    await changeDevice(service, device, (row) => ({
      ...row,
      tags: withTags(row.tags ?? [], Tags, 'different'),
    }))
    return {}
  },
})
