import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { AccountDirectory } from '../access/account-directory.ts'
import { callerOf } from '../access/caller.ts'
import { MovableClock } from '../base/clock.ts'
import { systemRandom } from '../base/random.ts'
import { completeAccount } from '../config/config.ts'
import { KeyServiceFault } from '../encryption/key-service-fault.ts'
import { localKeyManagement } from '../encryption/keys/local.ts'
import { givenRootKeys, rootKeyOf } from '../encryption/keys/root-keys.ts'
import { openMemory } from '../metadata/engines/memory.ts'
import { answerKms, asKmsError } from './kms.ts'
import type { KmsCaller, KmsService } from './shared/kms-service.ts'
import { openKms } from './open-kms.ts'
import { kmsOperations } from './kms-operations.ts'

const account = completeAccount({ id: '100000000001', name: 'main' })
const caller: KmsCaller = {
  ...callerOf({ kind: 'account', account }),
  accountId: account.id,
  conditions: {},
}
const keyId = 'known-key'
let service: KmsService

beforeAll(async () => {
  const engines = {
    metadata: openMemory({ random: systemRandom }),
    keyManagement: localKeyManagement(givenRootKeys([rootKeyOf(Buffer.alloc(32, 1))]), systemRandom),
    accounts: new AccountDirectory([account]),
    region: 'us-east-1',
    clock: new MovableClock(),
    random: systemRandom,
  }
  const material = Buffer.alloc(32, 2).toString('base64')
  service = await openKms(engines, [{ keyId, accountId: account.id, material }])
})

const names = [
  'AliasName',
  'BypassPolicyLockoutSafetyCheck',
  'CiphertextBlob',
  'Constraints',
  'CustomerMasterKeySpec',
  'Description',
  'DestinationEncryptionContext',
  'DestinationKeyId',
  'EncryptionAlgorithm',
  'EncryptedKeyMaterial',
  'EncryptionContext',
  'ExpirationModel',
  'GrantId',
  'GrantToken',
  'GrantTokens',
  'GranteePrincipal',
  'ImportToken',
  'ImportType',
  'KeyId',
  'KeyMaterialDescription',
  'KeyMaterialId',
  'KeySpec',
  'KeyUsage',
  'Limit',
  'Marker',
  'MultiRegion',
  'Name',
  'NumberOfBytes',
  'Operations',
  'Origin',
  'PendingWindowInDays',
  'Plaintext',
  'Policy',
  'PolicyName',
  'RetiringPrincipal',
  'RotationPeriodInDays',
  'SourceEncryptionContext',
  'SourceKeyId',
  'TagKeys',
  'Tags',
  'TargetKeyId',
  'ValidTo',
  'WrappingAlgorithm',
  'WrappingKeySpec',
]

const value = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(keyId, 'alias/a', 'AAAA', 7, 365, true, {}, [], ['Decrypt']),
  },
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    'x'.repeat(2048),
    '\ud800',
    'arn:aws:kms:us-east-1:100000000001:key/',
    `alias/${'y'.repeat(240)}`,
  ),
  fc.constantFrom(
    Buffer.alloc(200, 1).toString('base64'),
    Buffer.from(`\u0001\u0009${keyId}`).toString('base64'),
  ),
  fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
  fc.array(fc.record({ TagKey: fc.string(), TagValue: fc.string() }), { maxLength: 3 }),
  fc.jsonValue({ maxDepth: 2 }),
)

it('answers whatever it is sent, and never with a fault of its own', async () => {
  const operation = fc.constantFrom(...kmsOperations.keys())
  const body = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: names.length })
  const check = async (operation: string, body: unknown): Promise<void> => {
    const answer = await answerKms(service, { operation, body: Buffer.from(JSON.stringify(body)), caller })
    expect({ operation, sent: body, ...answer, isOurs: answer.status >= 500 }).toMatchObject({
      isOurs: false,
    })
    expect(JSON.parse(answer.body)).toBeTypeOf('object')
  }
  await fc.assert(fc.asyncProperty(operation, body, check), { numRuns: 4000 })
})

it.each(['', '{', '[]', '"x"', '\u0000'])('answers a body %j', async (body) => {
  const answer = await answerKms(service, { operation: 'CreateAlias', body: Buffer.from(body), caller })
  expect(answer.status).toBe(400)
})

it('knows no other operations', async () => {
  const answer = await answerKms(service, { operation: 'ReplicateKey', body: Buffer.from('{}'), caller })
  expect(JSON.parse(answer.body)).toEqual({ __type: 'UnknownOperationException' })
})

it('tells nothing of the inside', () => {
  const away = asKmsError(new KeyServiceFault('unavailable', 'vault at 10.0.0.1 is sealed'))
  expect([away.code, away.status, away.message]).toEqual([
    'DependencyTimeoutException',
    503,
    'The key management engine does not answer.',
  ])
  const defect = asKmsError(new Error('a secret'))
  expect([defect.code, defect.status, defect.message]).toEqual([
    'KMSInternalException',
    500,
    'An internal error occurred.',
  ])
})
