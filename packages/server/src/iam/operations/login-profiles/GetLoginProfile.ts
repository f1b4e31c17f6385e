import { iamLoginProfiles } from '../../../metadata/tables/iam-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { noSuchProfile, shownProfile } from './login-profile.ts'

export const GetLoginProfile = defineUserOperation('GetLoginProfile', {
  async handle({ id, row: { name } }, _, { service }) {
    const profile = await readRow(service.metadata, iamLoginProfiles, id)
    if (!profile) throw noSuchProfile(name)
    return { LoginProfile: shownProfile(name, profile) }
  },
})
