import {
  instanceProfileArn,
  instanceProfiles,
  shownInstanceProfiles,
} from '../../shared/instance-profiles.ts'
import { defineOperation } from '../../shared/operation.ts'
import { pageOfEntities } from '../../shared/page-of-entities.ts'

export const ListInstanceProfiles = defineOperation('ListInstanceProfiles', {
  resource: ({ PathPrefix = '/' }, { caller }) => instanceProfileArn(caller.account.id, PathPrefix, ''),
  async handle(input, { service: { metadata }, caller }) {
    const { items, rest } = await pageOfEntities(metadata, instanceProfiles, caller.account.id, input)
    return { InstanceProfiles: await shownInstanceProfiles(metadata, items), ...rest }
  },
})
