import type { MfaDevice } from '../../../access/accounts.ts'
import { accountOf } from '../../../access/principal.ts'
import { decodeBase32, timeStepOfCode } from '../../../access/totp.ts'
import type { GuessOutcome } from '../../../guesses/guess-guard.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { mfaUses } from '../../../metadata/tables/tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { bucketOf, type OperationContext } from '../service/operation.ts'

/**
 * Verifies `x-amz-mfa`: the serial number of a device of the caller's account, a space, and the code it shows. A code is
 * good once, and wrong ones are counted. Throws AccessDenied for all else, at once. False where there is no header.
 */
export async function hasVerifiedMfa(
  { service, principal }: OperationContext,
  header: string | undefined,
): Promise<boolean> {
  if (header === undefined) return false
  const [, serialNumber, code] = /^(\S+) (\d{6})$/.exec(header) ?? []
  const account = accountOf(principal)
  const device = account?.mfaDevices?.find((known) => known.serialNumber === serialNumber)
  if (!account || !device || code === undefined) throw invalidMfa('there is no such device, or no code')
  const outcome = await service.guesses.hear(
    { kind: 'mfa', whose: `${account.id} ${device.serialNumber}` },
    (transaction, now) => judgeCode(transaction, device, code, now),
  )
  if (outcome !== 'right') throw invalidMfa(`the code of the device is ${outcome}`)
  return true
}

async function judgeCode(
  transaction: Transaction,
  { serialNumber, secret }: MfaDevice,
  code: string,
  now: Date,
): Promise<GuessOutcome> {
  const bytes = decodeBase32(secret)
  const timeStep = bytes && timeStepOfCode(bytes, code, now)
  if (timeStep === undefined) return 'wrong'
  const last = await transaction.get(mfaUses, serialNumber)
  if (last && last.timeStep >= timeStep) return 'spent'
  transaction.put(mfaUses, [serialNumber], { timeStep })
  return 'right'
}

/** The same where the bucket asks for it; elsewhere the header means nothing, and no code is used up. */
export async function verifiesMfa(context: OperationContext, header: string | undefined): Promise<boolean> {
  return bucketOf(context).mfaDelete === 'Enabled' && (await hasVerifiedMfa(context, header))
}

/** Throws where a bucket has MFA delete and the request was not verified so. */
export function assertMfa({ mfaDelete }: BucketRow, hasMfa: boolean): void {
  if (mfaDelete !== 'Enabled' || hasMfa) return
  throw new S3Error('AccessDenied', {}, { message: 'Mfa Authentication must be used for this request' })
}

/** The reason is for the log alone. */
function invalidMfa(reason: string): S3Error {
  const message = 'The MFA serial number or code is not valid'
  return new S3Error('AccessDenied', {}, { message, cause: new Error(reason) })
}
