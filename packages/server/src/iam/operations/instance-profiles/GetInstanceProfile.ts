import { defineInstanceProfileOperation, shownInstanceProfileAlone } from '../../shared/instance-profiles.ts'

export const GetInstanceProfile = defineInstanceProfileOperation('GetInstanceProfile', {
  async handle(profile, _, { service }) {
    return { InstanceProfile: await shownInstanceProfileAlone(service.metadata, profile) }
  },
})
