import { expect, it } from 'vitest'
import { rootCaller } from '../../../access/caller.ts'
import { MovableClock } from '../../../base/clock.ts'
import { seededRandom } from '../../../base/seeded-random.ts'
import { openMemory } from '../../../metadata/engines/memory.ts'
import {
  iamInstanceProfiles,
  iamRoleInstanceProfiles,
  iamRoleNames,
  iamRoles,
} from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import type { IamContext, IamService } from '../../shared/iam-service.ts'
import { AddRoleToInstanceProfile } from './AddRoleToInstanceProfile.ts'
import { CreateInstanceProfile } from './CreateInstanceProfile.ts'
import { DeleteInstanceProfile } from './DeleteInstanceProfile.ts'

const account = {
  id: '100000000001',
  name: 'main',
  displayName: 'main',
  email: undefined,
  canonicalId: '1'.repeat(64),
  accessKeys: [],
}
const metadata = openMemory()
const clock = new MovableClock(new Date('2026-01-01T00:00:00Z'))
const service = { metadata, clock, random: seededRandom('profiles') } as unknown as IamService
const context: IamContext = { service, caller: { ...rootCaller(account), account, conditions: {} } }

async function makeRole(id: string): Promise<void> {
  const row = { accountId: account.id, name: 'worker', path: '/', createdMilliseconds: 0, trustPolicy: '{}' }
  await transact(metadata, async (transaction) => {
    transaction.put(iamRoles, [id], { ...row, maximumSessionSeconds: 3600 })
    transaction.put(iamRoleNames, [account.id, 'worker'], { id })
  })
}

it('a role that an older server deleted is in no instance profile', async () => {
  const InstanceProfileName = 'Machine'
  const add = () => AddRoleToInstanceProfile.run({ InstanceProfileName, RoleName: 'worker' }, context)
  const remove = () => DeleteInstanceProfile.run({ InstanceProfileName }, context)
  const deleteRole = (id: string) =>
    transact(metadata, async (transaction) => transaction.remove(iamRoles, id))
  await CreateInstanceProfile.run({ InstanceProfileName }, context)
  await makeRole('AROAONE')
  await add()
  await expect(add()).rejects.toMatchObject({ code: 'LimitExceeded' })
  await deleteRole('AROAONE')
  await makeRole('AROATWO')
  await add()
  await expect(remove()).rejects.toMatchObject({ code: 'DeleteConflict' })
  await deleteRole('AROATWO')
  await remove()
  for (const table of [iamInstanceProfiles, iamRoleInstanceProfiles])
    expect(await metadata.scan({ ...table.range(), limit: 10 })).toEqual([])
})
