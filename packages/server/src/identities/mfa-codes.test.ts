import { beforeEach, describe, expect, it } from 'vitest'
import { anonymous, type Principal } from '../access/principal.ts'
import { totpCode } from '../access/totp.ts'
import { MovableClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { seededRandom } from '../base/seeded-random.ts'
import { newDataKey } from '../encryption/content-key.ts'
import type { StoreKeys } from '../encryption/store-keys.ts'
import { GuessGuard } from '../guesses/guess-guard.ts'
import { openMemory } from '../metadata/engines/memory.ts'
import { iamMfaDevices } from '../metadata/tables/iam-tables.ts'
import { transact } from '../metadata/transaction.ts'
import { boundToDevice, hearMfaCode, type MfaService } from './mfa-codes.ts'
import { mfaSerialNumber } from './mfa-serial-number.ts'
import { sealedSecret } from './sealed-secret.ts'

const account = {
  id: '100000000001',
  name: 'main',
  displayName: 'main',
  email: undefined,
  canonicalId: '1'.repeat(64),
  accessKeys: [],
}
const user: Principal = { kind: 'user', account, id: 'AIDAJANE', name: 'jane' }
const random = seededRandom('codes')
/** Base32 of `12345678901234567890`. */
const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const key = { id: 'k', dataKey: newDataKey(random) }
const storeKeys = { current: () => key, find: () => Promise.resolve(key) } as unknown as StoreKeys
const serialNumber = mfaSerialNumber(account.id, '/jane')

let clock: MovableClock
let service: MfaService

beforeEach(() => {
  clock = new MovableClock(new Date('2026-01-01T00:00:00Z'))
  const metadata = openMemory({ random })
  service = { metadata, storeKeys, guesses: new GuessGuard({ metadata, clock, log: silentLog }) }
})

async function keep({ driftSteps = 0, holderId = 'AIDAJANE', boundTo = serialNumber } = {}): Promise<void> {
  const sealed = await sealedSecret(storeKeys, boundToDevice(boundTo), SEED, random)
  const holder = { id: holderId, enabledMilliseconds: 0, driftSteps }
  await transact(service.metadata, (transaction) =>
    transaction.put(iamMfaDevices, [account.id, '/jane'], { createdMilliseconds: 0, ...sealed, holder }),
  )
}

function show(steps: number, principal: Principal = user, given = serialNumber) {
  const timeStep = Math.floor(clock.now().getTime() / 30_000) + steps
  const code = totpCode(Buffer.from('12345678901234567890'), timeStep)
  return hearMfaCode(service, principal, { serialNumber: given, code })
}

describe('a code of a device of the store', () => {
  it('is right once, and so is none before it', async () => {
    await keep()
    expect([await show(0), await show(0), await show(-1), await show(1), await show(1)]).toEqual([
      'right',
      'spent',
      'spent',
      'right',
      'spent',
    ])
  })

  it('is looked for around where the clock of the device is', async () => {
    await keep({ driftSteps: -20 })
    expect([await show(-10), await show(-20)]).toEqual(['wrong', 'right'])
  })

  it('is for its holder alone', async () => {
    await keep()
    const others: Principal[] = [
      anonymous,
      { ...user, id: 'AIDAJOE' },
      { kind: 'account', account },
      { kind: 'assumed-role', account, roleId: 'AROA', roleName: 'role', sessionName: 'AIDAJANE' },
      { ...user, account: { ...account, id: '100000000002' } },
    ]
    for (const other of others) expect(await show(0, other)).toBe('unknown')
    for (const strange of [`${serialNumber}s`, 'GAHT12345678', '']) {
      expect(await show(0, user, strange)).toBe('unknown')
    }
    expect(await show(0)).toBe('right')
  })

  it('is none where the seed is that of another device', async () => {
    await keep({ boundTo: `${serialNumber}-other` })
    await expect(show(0)).rejects.toMatchObject({ kind: 'corrupt' })
  })
})
