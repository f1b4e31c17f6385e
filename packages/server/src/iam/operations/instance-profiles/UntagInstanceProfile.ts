import { changeInstanceProfile, defineInstanceProfileOperation } from '../../shared/instance-profiles.ts'
import { withoutTags } from '../../shared/tags.ts'

export const UntagInstanceProfile = defineInstanceProfileOperation('UntagInstanceProfile', {
  keys: ({ TagKeys }) => ({ 'aws:TagKeys': TagKeys }),
  async handle(profile, { TagKeys }, { service }) {
    await changeInstanceProfile(service, profile, (row) => ({
      ...row,
      tags: withoutTags(row.tags ?? [], TagKeys, 'different'),
    }))
    return {}
  },
})
