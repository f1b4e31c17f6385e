import { expect, it } from 'vitest'
import { AccountDirectory } from '../../access/account-directory.ts'
import { callerOf, type NamedPolicy } from '../../access/caller.ts'
import { parsePolicy } from '../../access/policy/parse-policy.ts'
import type { User } from '../../access/principal.ts'
import { MovableClock } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import { completeAccount } from '../../config/config.ts'
import { localKeyManagement } from '../../encryption/keys/local.ts'
import { givenRootKeys, rootKeyOf } from '../../encryption/keys/root-keys.ts'
import { openMemory } from '../../metadata/engines/memory.ts'
import { createKey } from './create-key.ts'
import { authorizeKey } from './key-access.ts'
import type { KmsCaller, KmsService } from './kms-service.ts'
import { openKms } from '../open-kms.ts'

/*
 * Key policies together with the policies of users. Source: AWS KMS Developer Guide, "Policy evaluation" and "Allowing
 * users in other accounts to use a KMS key".
 */
const home = completeAccount({ id: '100000000001', name: 'home' })
const abroad = completeAccount({ id: '100000000002', name: 'abroad' })
const ANN: Readonly<Record<string, User>> = {
  home: { kind: 'user', account: home, id: 'AIDAHOME', name: 'ann' },
  abroad: { kind: 'user', account: abroad, id: 'AIDAABROAD', name: 'ann' },
}
const ROOT = 'arn:aws:iam::100000000001:root'
const USER = 'arn:aws:iam::100000000001:user/ann'
const ROOT_ABROAD = 'arn:aws:iam::100000000002:root'
const USER_ABROAD = 'arn:aws:iam::100000000002:user/ann'

function keyPolicy(effect: 'Allow' | 'Deny', ...principals: readonly string[]): object[] {
  return principals.map((AWS) => ({
    Effect: effect,
    Principal: { AWS },
    Action: 'kms:Decrypt',
    Resource: '*',
  }))
}

function text(statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

function ownPolicy(Effect: string, Resource: string): NamedPolicy {
  const policy = parsePolicy(text([{ Effect, Action: 'kms:Decrypt', Resource }]), { kind: 'identity' })
  return { name: Effect, of: { kind: 'user', name: 'ann' }, policy }
}

function openService(): Promise<KmsService> {
  return openKms(
    {
      metadata: openMemory({ random: systemRandom }),
      keyManagement: localKeyManagement(givenRootKeys([rootKeyOf(Buffer.alloc(32, 1))]), systemRandom),
      accounts: new AccountDirectory([home, abroad]),
      region: 'us-east-1',
      clock: new MovableClock(),
      random: systemRandom,
    },
    [],
  )
}

const NOTHING: readonly string[] = []

it.each<[who: 'home' | 'abroad', policy: object[], own: readonly string[], allowed: boolean]>([
  // Of the key's own account: the key's policy alone where it names the user, else both.
  ['home', keyPolicy('Allow', ROOT), NOTHING, false],
  ['home', keyPolicy('Allow', ROOT), ['Allow'], true],
  ['home', keyPolicy('Allow', USER), NOTHING, true],
  ['home', keyPolicy('Allow', USER), ['Deny'], false],
  ['home', keyPolicy('Allow', ROOT), ['Allow', 'Deny'], false],
  ['home', keyPolicy('Allow', ROOT_ABROAD), ['Allow'], false],
  ['home', [...keyPolicy('Allow', ROOT), ...keyPolicy('Deny', USER)], ['Allow'], false],
  // Of another account: both, always.
  ['abroad', keyPolicy('Allow', ROOT), ['Allow'], false],
  ['abroad', keyPolicy('Allow', ROOT_ABROAD), NOTHING, false],
  ['abroad', keyPolicy('Allow', USER_ABROAD), NOTHING, false],
  ['abroad', keyPolicy('Allow', ROOT_ABROAD), ['Allow'], true],
  ['abroad', keyPolicy('Allow', USER_ABROAD), ['Allow'], true],
  ['abroad', keyPolicy('Allow', USER_ABROAD), ['Allow', 'Deny'], false],
])('a user %s, under %j and own policies %j: %s', async (who, policy, own, allowed) => {
  const service = await openService()
  const key = await createKey(service, { accountId: home.id, policy: text(policy) })
  const principal = ANN[who]
  if (!principal) throw new Error('nobody')
  const caller: KmsCaller = {
    ...callerOf(principal),
    policies: { identity: own.map((effect) => ownPolicy(effect, key.arn)) },
    accountId: principal.account.id,
    conditions: {},
  }
  const deciding = authorizeKey(service, caller, key, { operation: 'Decrypt', usable: 'enabled' }).then(
    () => true,
    (error: Error & { code?: string }) => error.code,
  )
  expect(await deciding).toBe(allowed || 'AccessDeniedException')
})

it.each<[condition: object, tags: readonly (readonly [string, string])[], allowed: boolean]>([
  [{ 'aws:ResourceTag/team': 'red' }, [], true],
  [{ 'aws:ResourceTag/team': 'blue' }, [], false],
  [{ 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' }, [['team', 'red']], true],
  [{ 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' }, [], false],
  [{ 'aws:TagKeys': 'team' }, [], true],
  [{ 'aws:RequestTag/team': 'green' }, [], true],
  [{ 'aws:RequestTag/team': 'red' }, [], false],
])('tags of key, caller and request are condition keys: %j, %j: %s', async (StringEquals, tags, allowed) => {
  const service = await openService()
  const policy = text(keyPolicy('Allow', ROOT).map((statement) => ({ ...statement, Action: 'kms:*' })))
  const key = await createKey(service, { accountId: home.id, policy, tags: { team: 'red' } })
  const statement = { Effect: 'Allow', Action: 'kms:TagResource', Resource: '*', Condition: { StringEquals } }
  const own = parsePolicy(text([statement]), { kind: 'identity' })
  const caller: KmsCaller = {
    ...callerOf(ANN['home'] ?? { kind: 'account', account: home }),
    policies: { identity: [{ name: 'own', of: { kind: 'user', name: 'ann' }, policy: own }] },
    traits: { tags },
    accountId: home.id,
    conditions: {},
  }
  const asked = { Tags: [{ TagKey: 'team', TagValue: 'green' }] }
  const use = { operation: 'TagResource', usable: 'enabled', tags: asked } as const
  const deciding = authorizeKey(service, caller, key, use).then(
    () => true,
    () => false,
  )
  expect(await deciding).toBe(allowed)
})
