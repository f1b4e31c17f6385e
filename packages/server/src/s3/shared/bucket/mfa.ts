import { accountOf } from '../../../access/principal.ts'
import { decodeBase32, timeStepOfCode } from '../../../access/totp.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { mfaUses } from '../../../metadata/tables/tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { bucketOf, type OperationContext } from '../service/operation.ts'

/**
 * Verifies `x-amz-mfa`: the serial number of a device of the caller's account, a space, and the code it shows. A code is
 * good once. Throws AccessDenied for all else. False where there is no header.
 */
export async function hasVerifiedMfa(
  context: OperationContext,
  header: string | undefined,
): Promise<boolean> {
  if (header === undefined) return false
  const { service, principal } = context
  const [, serialNumber, code] = /^(\S+) (\d{6})$/.exec(header) ?? []
  const device = accountOf(principal)?.mfaDevices?.find((known) => known.serialNumber === serialNumber)
  const secret = device && decodeBase32(device.secret)
  const timeStep = secret && timeStepOfCode(secret, code ?? '', service.clock.now())
  if (!device || timeStep === undefined) throw invalidMfa()
  await transact(service.stores.metadata, async (transaction) => {
    const last = await transaction.get(mfaUses, device.serialNumber)
    if (last && last.timeStep >= timeStep) throw invalidMfa()
    transaction.put(mfaUses, [device.serialNumber], { timeStep })
  })
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

function invalidMfa(): S3Error {
  return new S3Error('AccessDenied', {}, { message: 'The MFA serial number or code is not valid' })
}
