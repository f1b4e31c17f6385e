import { type KmsGrantRow, kmsGrants, kmsRetirableGrants } from '../../metadata/tables/kms-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { shownPrincipal } from './grant-principals.ts'
import { KmsError } from './kms-error.ts'
import { seconds } from './key-metadata.ts'
import type { KmsService, Output } from './kms-service.ts'
import { text } from './read-input.ts'
import type { Key } from './resolve-key.ts'

/** Source: AWS KMS Developer Guide, "Quotas": grants of a key. */
export const MOST_GRANTS = 50_000

export const grantId = text({ most: 128, pattern: /^[0-9a-f]+$/ })

/** An account, user, role or session, by its ARN, or an account by its id; a service by its name. */
export const principalArn = text({ most: 256, pattern: /^[\w+=,.@:/-]+$/ })

/**
 * Grants take effect at once here, so a token is nothing but a way to name one. Each is another one. Source: AWS KMS API Reference,
 * CreateGrant, Name: "the returned grant token is unique with every CreateGrant request".
 */
export function grantToken({ random }: Pick<KmsService, 'random'>, keyId: string, id: string): string {
  return Buffer.from(`${keyId} ${id} ${random.bytes(8).toString('hex')}`).toString('base64')
}

/** Takes a grant away. Throws NotFoundException where there is none. */
export async function removeGrant({ metadata }: KmsService, keyId: string, id: string): Promise<void> {
  await transact(metadata, async (transaction) => {
    const row = await transaction.get(kmsGrants, keyId, id)
    if (!row) throw noGrant(id)
    transaction.remove(kmsGrants, keyId, id)
    if (row.retiringPrincipal !== undefined) transaction.remove(kmsRetirableGrants, row.retiringPrincipal, id)
  })
}

export function noGrant(id: string): KmsError {
  return new KmsError('NotFoundException', `Grant ID ${id} not found`)
}

/** Source: AWS KMS API Reference, GrantListEntry. */
export async function grantEntry(
  service: Pick<KmsService, 'metadata'>,
  key: Key,
  id: string,
  row: KmsGrantRow,
): Promise<Output> {
  const constraints = {
    ...(row.contextSubset && { EncryptionContextSubset: row.contextSubset }),
    ...(row.contextEquals && { EncryptionContextEquals: row.contextEquals }),
  }
  return {
    KeyId: key.arn,
    GrantId: id,
    Name: row.name ?? '',
    CreationDate: seconds(row.createdMilliseconds),
    GranteePrincipal: await shownPrincipal(service, row.granteePrincipal),
    ...(row.retiringPrincipal !== undefined && {
      RetiringPrincipal: await shownPrincipal(service, row.retiringPrincipal),
    }),
    IssuingAccount: row.issuer,
    Operations: row.operations,
    ...(Object.keys(constraints).length > 0 && { Constraints: constraints }),
  }
}
