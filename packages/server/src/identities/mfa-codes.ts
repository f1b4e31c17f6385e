import type { MfaDevice } from '../access/accounts.ts'
import { accountOf, type Principal } from '../access/principal.ts'
import { decodeBase32, timeStepOfCode } from '../access/totp.ts'
import { assert } from '../base/assert.ts'
import type { StoreKeys } from '../encryption/store-keys.ts'
import type { GuessGuard, GuessOutcome, ShortSecret } from '../guesses/guess-guard.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { iamMfaDevices, type IamMfaDeviceRow } from '../metadata/tables/iam-tables.ts'
import { mfaUses } from '../metadata/tables/tables.ts'
import { readRow, type Transaction } from '../metadata/transaction.ts'
import { pathAndNameOf } from './mfa-serial-number.ts'
import { openedSecret } from './sealed-secret.ts'

export interface MfaService {
  readonly metadata: OrderedStore
  readonly storeKeys: StoreKeys
  readonly guesses: GuessGuard
}

/** `unheard`: too many were wrong before. `unknown`: whoever asks has no such device. */
export type CodeOutcome = GuessOutcome | 'unheard' | 'unknown'

/**
 * What becomes of a code that somebody shows: each is good once, and wrong ones are counted. `devicesOfConfig`: devices that
 * stand in the config and are the caller's too.
 */
export function hearMfaCode(
  service: MfaService,
  principal: Principal,
  { serialNumber, code }: { readonly serialNumber: string; readonly code: string },
  devicesOfConfig: readonly MfaDevice[] = [],
): Promise<CodeOutcome> {
  const account = accountOf(principal)
  if (!account) return Promise.resolve('unknown')
  const secret = secretOfDevice(account.id, serialNumber)
  const ofConfig = devicesOfConfig.find((device) => device.serialNumber === serialNumber)
  if (!ofConfig) return hearOfStore(service, principal, serialNumber, code)
  return service.guesses.hear(secret, (transaction, now) => {
    const seed = decodeBase32(ofConfig.secret)
    return useTimeStep(transaction, serialNumber, seed && timeStepOfCode(seed, code, now))
  })
}

/** What counts guesses of a device's codes. */
export function secretOfDevice(accountId: string, serialNumber: string): ShortSecret {
  return { kind: 'mfa', whose: `${accountId} ${serialNumber}` }
}

async function hearOfStore(
  { metadata, storeKeys, guesses }: MfaService,
  principal: Principal,
  serialNumber: string,
  code: string,
): Promise<CodeOutcome> {
  const accountId = accountOf(principal)?.id ?? ''
  const pathAndName = pathAndNameOf(accountId, serialNumber)
  const holderId = mfaHolderId(principal)
  if (pathAndName === undefined || holderId === undefined) return 'unknown'
  const found = await readRow(metadata, iamMfaDevices, accountId, pathAndName)
  if (found?.holder?.id !== holderId) return 'unknown'
  return guesses.hear(secretOfDevice(accountId, serialNumber), async (transaction, now) => {
    const row = await transaction.get(iamMfaDevices, accountId, pathAndName)
    // Taken away meanwhile.
    if (row?.holder?.id !== holderId) return 'spent'
    const seed = await openedSeed(storeKeys, serialNumber, row)
    return useTimeStep(transaction, serialNumber, timeStepOfCode(seed, code, now, row.holder.driftSteps))
  })
}

/** Whose devices somebody may show codes of: their own. Roles have none. */
function mfaHolderId(principal: Principal): string | undefined {
  if (principal.kind === 'user') return principal.id
  return principal.kind === 'account' ? principal.account.id : undefined
}

/** `timeStep`: that the code belongs to; `undefined` where it is wrong. Uses it, and all before it, up. */
export async function useTimeStep(
  transaction: Transaction,
  serialNumber: string,
  timeStep: number | undefined,
): Promise<GuessOutcome> {
  if (timeStep === undefined) return 'wrong'
  const last = await transaction.get(mfaUses, serialNumber)
  if (last && last.timeStep >= timeStep) return 'spent'
  transaction.put(mfaUses, [serialNumber], { timeStep })
  return 'right'
}

/** What the seed of a device is bound to; access key ids have no such form. */
export function boundToDevice(serialNumber: string): string {
  return `mfa device\0${serialNumber}`
}

export async function openedSeed(
  storeKeys: StoreKeys,
  serialNumber: string,
  row: IamMfaDeviceRow,
): Promise<Uint8Array> {
  const seed = decodeBase32(await openedSecret(storeKeys, boundToDevice(serialNumber), row))
  assert(seed, 'seeds are made by this program')
  return seed
}
