import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MovableClock } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import { remoteKeyManagementSuite } from './key-management.suite.ts'
import { LoopbackVault } from '../../../../../tests/support/loopback-vault.ts'
import { type VaultLogin, vaultKeyManagement } from './vault.ts'

let vault: LoopbackVault
let clock: MovableClock
beforeEach(async () => {
  vault = new LoopbackVault()
  clock = new MovableClock()
  await vault.start()
})
afterEach(() => vault.stop())

function keysOf(login: VaultLogin) {
  return vaultKeyManagement({ url: vault.url, login, keyName: vault.keyName, clock, random: systemRandom })
}

function roleLogin(secretId = vault.secretId): VaultLogin {
  return { kind: 'approle', roleId: vault.roleId, secretId }
}

describe.each([
  ['token', () => ({ kind: 'token', token: vault.rootToken }) as const],
  ['AppRole', () => roleLogin()],
])('Vault with %s', (_name, login) => {
  remoteKeyManagementSuite(() =>
    Promise.resolve({
      keys: keysOf(login()),
      rotate: () => Promise.resolve(vault.rotate()),
      setReachable: (isReachable) => (isReachable ? vault.start() : vault.stop()),
    }),
  )

  it('counts a sealed Vault as unavailable', async () => {
    const keys = keysOf(login())
    vault.isSealed = true
    await expect(keys.generateDataKey({})).rejects.toMatchObject({ kind: 'unavailable' })
    vault.isSealed = false
    expect((await keys.generateDataKey({})).plaintext).toHaveLength(32)
  })

  it('leaves a key alone that is under the newest version already', async () => {
    const keys = keysOf(login())
    const { sealed } = await keys.generateDataKey({})
    expect(await keys.resealDataKey(sealed, {})).toBeUndefined()
  })
})

describe('Vault', () => {
  it('gives up on one that never answers', async () => {
    const keys = vaultKeyManagement({
      url: vault.url,
      login: roleLogin(),
      keyName: vault.keyName,
      clock: new MovableClock(undefined, { running: true }),
      random: systemRandom,
      timeoutMilliseconds: 0,
    })
    await expect(keys.generateDataKey({})).rejects.toMatchObject({ kind: 'unavailable' })
  })

  it('refuses a wrong token and a wrong role, naming neither', async () => {
    for (const login of [{ kind: 'token', token: 'hvs.secret' } as const, roleLogin('hvs.secret')]) {
      const failure = await keysOf(login)
        .generateDataKey({})
        .catch((error: unknown) => error)
      expect(failure).toMatchObject({ kind: 'refused' })
      expect(String(failure)).not.toContain('hvs.secret')
    }
  })

  it('logs in once, and again when its token runs out or is revoked', async () => {
    const keys = keysOf(roleLogin())
    const logins = (): number => vault.requests.filter((path) => path.endsWith('/login')).length
    await keys.generateDataKey({})
    await keys.generateDataKey({})
    expect(logins()).toBe(1)
    clock.advance(3600 * 1000)
    await keys.generateDataKey({})
    expect(logins()).toBe(2)
    vault.revokeTokens()
    await keys.generateDataKey({})
    expect(logins()).toBe(3)
  })
})
