import { accountOf } from '../../../access/principal.ts'
import { hearMfaCode } from '../../../identities/mfa-codes.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { bucketOf, type OperationContext } from '../service/operation.ts'

/**
 * Verifies `x-amz-mfa`: the serial number of a device of the caller, or one that the config gives its account, a space, and the
 * code it shows. A code is good once, and wrong ones are counted. Throws AccessDenied for all else, at once. False where there
 * is no header.
 */
export async function hasVerifiedMfa(
  { service, principal }: OperationContext,
  header: string | undefined,
): Promise<boolean> {
  if (header === undefined) return false
  const [, serialNumber, code] = /^(\S+) (\d{6})$/.exec(header) ?? []
  if (serialNumber === undefined || code === undefined) throw invalidMfa('there is no device, or no code')
  const { stores, encryption, guesses } = service
  const outcome = await hearMfaCode(
    { metadata: stores.metadata, storeKeys: encryption.storeKeys, guesses },
    principal,
    { serialNumber, code },
    accountOf(principal)?.mfaDevices,
  )
  if (outcome !== 'right') throw invalidMfa(`the device or its code is ${outcome}`)
  return true
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
