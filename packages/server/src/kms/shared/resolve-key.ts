import { kmsAliases, kmsKeys, type KmsKeyRow } from '../../metadata/tables/kms-tables.ts'
import { readRow } from '../../metadata/transaction.ts'
import { deniedAbroad } from './access-denied.ts'
import { withoutExpired } from './imports/imported-material.ts'
import { KmsError } from './kms-error.ts'
import type { KmsCaller, KmsService } from './kms-service.ts'

/** A key that exists. */
export interface Key {
  readonly id: string
  readonly arn: string
  readonly row: KmsKeyRow
}

// No key or alias has a longer name; one that is nothing but a name may be looked up.
const NAME = /^[\w/-]{1,256}$/
const ARN = /^arn:aws:kms:([^:]*):([^:]*):(key|alias)\/(.+)$/

export function keyArn(service: Pick<KmsService, 'region'>, accountId: string, keyId: string): string {
  return `arn:aws:kms:${service.region}:${accountId}:key/${keyId}`
}

export function aliasArn(service: KmsService, accountId: string, name: string): string {
  return `arn:aws:kms:${service.region}:${accountId}:${name}`
}

/**
 * Finds a key by its id, ARN, alias or alias ARN; ids and aliases without an ARN are those of the caller's account. Throws
 * NotFoundException where there is none; of other accounts AccessDeniedException, as where the caller may not use it.
 */
export async function resolveKey(
  service: KmsService,
  caller: KmsCaller,
  name: string,
  { operation, acceptsAlias }: { readonly operation: string; readonly acceptsAlias: boolean },
): Promise<Key> {
  const { accountId, kind, rest } = parseName(service, caller, name)
  if (!NAME.test(rest) || (kind === 'alias' && !acceptsAlias)) {
    throw new KmsError('NotFoundException', `Invalid keyId '${name}'`)
  }
  const alias = kind === 'alias' ? await readRow(service.metadata, kmsAliases, accountId, rest) : undefined
  const keyId = kind === 'alias' ? alias?.keyId : rest
  const key = keyId === undefined ? undefined : await findKey(service, keyId)
  if (key?.row.accountId === accountId) return key
  if (accountId !== caller.accountId) throw deniedAbroad(caller, operation)
  throw keyId === undefined
    ? new KmsError('NotFoundException', `Alias ${aliasArn(service, accountId, rest)} is not found.`)
    : new KmsError('NotFoundException', `Key '${keyArn(service, accountId, keyId)}' does not exist`)
}

/** A key by its id; `undefined` where there is none, or its time has run out. */
export async function findKey(
  service: Pick<KmsService, 'metadata' | 'clock' | 'region'>,
  keyId: string,
): Promise<Key | undefined> {
  const row = await readRow(service.metadata, kmsKeys, keyId)
  const now = service.clock.now().getTime()
  if (!row || isGone(row, now)) return undefined
  return { id: keyId, arn: keyArn(service, row.accountId, keyId), row: withoutExpired(row, now) }
}

/** Whether a key's waiting period is over. It counts as deleted from then on; a worker erases it. */
export function isGone(row: KmsKeyRow, nowMilliseconds: number): boolean {
  return row.deletionMilliseconds !== undefined && row.deletionMilliseconds <= nowMilliseconds
}

/** The alias that a key is named by, without the ARN; `undefined` where it is named otherwise. */
export function aliasIn(name: string): string | undefined {
  return /^(?:arn:aws:kms:[^:]*:[^:]*:)?(alias\/.+)$/.exec(name)?.[1]
}

interface ParsedName {
  readonly accountId: string
  readonly kind: 'key' | 'alias'
  /** The key's id, or the alias with its `alias/`. */
  readonly rest: string
}

function parseName(service: KmsService, caller: KmsCaller, name: string): ParsedName {
  if (!name.startsWith('arn:')) {
    const kind = name.startsWith('alias/') ? 'alias' : 'key'
    return { accountId: caller.accountId, kind, rest: name }
  }
  const [, region, accountId = '', kind, rest = ''] = ARN.exec(name) ?? []
  if (kind === undefined) throw new KmsError('NotFoundException', `Invalid arn ${name}`)
  if (region !== service.region) throw new KmsError('NotFoundException', `Invalid arn ${region}`)
  return kind === 'key' ? { accountId, kind, rest } : { accountId, kind: 'alias', rest: `alias/${rest}` }
}
