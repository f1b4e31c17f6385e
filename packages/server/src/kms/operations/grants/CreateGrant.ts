import { readable } from '../../../metadata/unreadable-rows.ts'
import { isDeepStrictEqual } from 'node:util'
import { arnOf } from '../../../access/principal.ts'
import type { ContextKeys } from '../../../access/request-context.ts'
import { type KmsGrantRow, kmsGrants, kmsRetirableGrants } from '../../../metadata/tables/kms-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { assertNoDryRun, dryRun, encryptionContext, keyName } from '../../shared/common-inputs.ts'
import { grantTokens } from '../../shared/grant-tokens.ts'
import { assertGrantable, GRANT_OPERATIONS } from '../../shared/grant-operations.ts'
import { keptPrincipal } from '../../shared/grant-principals.ts'
import { grantToken, MOST_GRANTS, principalArn } from '../../shared/grants.ts'
import type { GrantScope } from '../../shared/key-state.ts'
import { KmsError } from '../../shared/kms-error.ts'
import type { KmsService } from '../../shared/kms-service.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { type InputOf, listOf, members, oneOf, optional, text, unsupported } from '../../shared/read-input.ts'
import type { Key } from '../../shared/resolve-key.ts'

/** Source: AWS KMS Developer Guide, "Grant operations". */
const operation = oneOf(...GRANT_OPERATIONS)

/** Source: AWS KMS API Reference, CreateGrant, Constraints. */
const MOST_PAIRS = 8
const MOST_VALUE_CHARACTERS = 384

const constraint: typeof encryptionContext = (value, name) => {
  const context = encryptionContext(value, name)
  const values = Object.values(context ?? {})
  if (values.length <= MOST_PAIRS && values.every(({ length }) => length <= MOST_VALUE_CHARACTERS))
    return context
  throw new KmsError(
    'ValidationException',
    `The constraint at '${name}' has more than ${MOST_PAIRS} pairs, or a value of more than ${MOST_VALUE_CHARACTERS} characters.`,
  )
}

const input = members({
  KeyId: keyName,
  GranteePrincipal: principalArn,
  RetiringPrincipal: optional(principalArn),
  Operations: listOf(operation),
  Constraints: optional(
    members({
      EncryptionContextSubset: constraint,
      EncryptionContextEquals: constraint,
      // Left out, it would make a grant of less constraint than was asked for.
      SourceArn: unsupported,
    }),
  ),
  Name: optional(text({ most: 256, pattern: /^[a-zA-Z0-9:/_-]+$/ })),
  GrantTokens: grantTokens,
  DryRun: dryRun,
  GranteeServicePrincipal: unsupported,
  RetiringServicePrincipal: unsupported,
})

export const CreateGrant = defineKeyOperation('CreateGrant', {
  input,
  usable: 'enabled',
  newGrant: scopeOf,
  keys: grantKeys,
  async handle(input, key, { service, caller }) {
    if (input.Operations.length === 0)
      throw new KmsError('ValidationException', 'A grant needs an operation.')
    assertGrantable(key, scopeOf(input))
    const account = service.accounts.findById(caller.accountId)
    const row: KmsGrantRow = {
      createdMilliseconds: service.clock.now().getTime(),
      name: input.Name,
      granteePrincipal: await keptPrincipal(service, input.GranteePrincipal),
      retiringPrincipal: input.RetiringPrincipal && (await keptPrincipal(service, input.RetiringPrincipal)),
      issuer: account ? arnOf(account) : caller.accountId,
      ...scopeOf(input),
    }
    const same = await findSame(service, key, row)
    assertNoDryRun(input)
    const GrantId = same ?? (await addGrant(service, key, row))
    return { GrantId, GrantToken: grantToken(service, key.id, GrantId) }
  },
})

function scopeOf({ Operations, Constraints }: InputOf<typeof input>): GrantScope {
  return {
    operations: [...new Set(Operations)],
    contextSubset: Constraints?.EncryptionContextSubset,
    contextEquals: Constraints?.EncryptionContextEquals,
  }
}

/** Principals as ARNs. Source: AWS KMS Developer Guide, "Condition keys for AWS KMS". */
function grantKeys({ GranteePrincipal, RetiringPrincipal, Constraints }: InputOf<typeof input>): ContextKeys {
  const types = (['EncryptionContextEquals', 'EncryptionContextSubset'] as const).filter(
    (type) => Constraints?.[type],
  )
  return {
    'kms:GranteePrincipal': arnNamed(GranteePrincipal),
    'kms:RetiringPrincipal': RetiringPrincipal && arnNamed(RetiringPrincipal),
    'kms:GrantConstraintType': types.length > 0 ? types : undefined,
  }
}

function arnNamed(principal: string): string {
  return /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal
}

/** A named grant that is asked for again is the same grant; without a name there may be any number alike. */
async function findSame({ metadata }: KmsService, key: Key, row: KmsGrantRow): Promise<string | undefined> {
  const entries = await metadata.scan({ ...kmsGrants.range(key.id), limit: MOST_GRANTS })
  if (entries.length >= MOST_GRANTS)
    throw new KmsError('LimitExceededException', 'A key has too many grants.')
  if (row.name === undefined) return undefined
  const wanted = comparable(row)
  const same = entries.find((entry) => {
    const grant = readable(metadata, kmsGrants, entry)?.row
    return grant && isDeepStrictEqual(comparable(grant), wanted)
  })
  return same && kmsGrants.parts(same.key)[1]
}

function comparable({ createdMilliseconds: _created, ...row }: KmsGrantRow): unknown {
  return JSON.parse(JSON.stringify(row))
}

async function addGrant({ metadata, random }: KmsService, key: Key, row: KmsGrantRow): Promise<string> {
  const id = random.bytes(32).toString('hex')
  await transact(metadata, async (transaction) => {
    transaction.put(kmsGrants, [key.id, id], row)
    if (row.retiringPrincipal !== undefined) {
      transaction.put(kmsRetirableGrants, [row.retiringPrincipal, id], { keyId: key.id })
    }
  })
  return id
}
