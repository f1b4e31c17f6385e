import { changeInstanceProfile, defineInstanceProfileOperation } from '../../shared/instance-profiles.ts'
import { requestTagKeys, withTags } from '../../shared/tags.ts'

export const TagInstanceProfile = defineInstanceProfileOperation('TagInstanceProfile', {
  keys: ({ Tags }) => requestTagKeys(Tags),
  async handle(profile, { Tags }, { service }) {
    await changeInstanceProfile(service, profile, (row) => ({
      ...row,
      tags: withTags(row.tags ?? [], Tags, 'different'),
    }))
    return {}
  },
})
