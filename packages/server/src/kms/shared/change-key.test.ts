import { expect, it } from 'vitest'
import { AccountDirectory } from '../../access/account-directory.ts'
import { MovableClock } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import { localKeyManagement } from '../../encryption/keys/local.ts'
import { givenRootKeys, rootKeyOf } from '../../encryption/keys/root-keys.ts'
import { openMemory } from '../../metadata/engines/memory.ts'
import { changeKey } from './change-key.ts'
import { createKey } from './create-key.ts'
import { openKms } from '../open-kms.ts'
import { findKey } from './resolve-key.ts'

it('a key does not change once its deletion was scheduled, nor once that was cancelled', async () => {
  const service = await openKms(
    {
      metadata: openMemory({ random: systemRandom }),
      keyManagement: localKeyManagement(givenRootKeys([rootKeyOf(Buffer.alloc(32, 1))]), systemRandom),
      accounts: new AccountDirectory([]),
      region: 'us-east-1',
      clock: new MovableClock(),
      random: systemRandom,
    },
    [],
  )
  const enabled = await createKey(service, { accountId: '100000000001', policy: '{}' })
  const deletionMilliseconds = service.clock.now().getTime() + 1000
  const row = await changeKey(service, enabled, (row) => ({
    ...row,
    state: 'PendingDeletion',
    deletionMilliseconds,
  }))
  const refused = { code: 'KMSInvalidStateException' }
  // Whoever saw it enabled comes too late.
  const enabling = changeKey(service, enabled, (row) => ({ ...row, state: undefined }))
  await expect(enabling).rejects.toMatchObject(refused)
  expect((await findKey(service, enabled.id))?.row).toEqual(row)

  const pending = { ...enabled, row }
  await changeKey(service, pending, (row) => ({ ...row, state: 'Disabled', deletionMilliseconds: undefined }))
  const cancelling = changeKey(service, pending, (row) => ({ ...row, state: 'Disabled' }))
  await expect(cancelling).rejects.toMatchObject(refused)
})
