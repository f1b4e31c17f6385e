import { DataKey } from '../../../encryption/content-key.ts'
import type { EncryptionRow } from '../../../metadata/tables/rows.ts'
import type { OperationContext } from '../service/operation.ts'
import { callerName, keyCaller, keyContext, type KeyTarget } from './key-context.ts'

export interface AskedServiceKey {
  readonly kind: 'aws:kms' | 'aws:kms:dsse'
  /** Id, ARN, alias or alias ARN. */
  readonly keyName: string
  readonly userContext: Readonly<Record<string, string>> | undefined
  readonly bucketKey: boolean
}

/** A data key under a key of the key service, on behalf of the requester, and how an object tells of it. */
export async function newServiceKey(
  context: OperationContext,
  { kind, keyName, userContext, bucketKey }: AskedServiceKey,
  target: KeyTarget,
): Promise<{ row: Extract<EncryptionRow, { keyArn: string }>; dataKey: DataKey }> {
  const { bucketKeys } = context.service.encryption
  const caller = keyCaller(context)
  const bound = keyContext(context, target, userContext, bucketKey)
  const made = bucketKey
    ? await bucketKeys.forSealing({ caller, callerName: callerName(caller), context: bound }, keyName)
    : await newDataKey(context, keyName, bound)
  const row = {
    kind,
    keyArn: made.keyArn,
    sealedKey: Buffer.from(made.sealed).toString('base64'),
    ...(userContext && { context: userContext }),
    ...(bucketKey && { bucketKey: true as const }),
  }
  return { row, dataKey: made.dataKey }
}

async function newDataKey(context: OperationContext, keyName: string, bound: Record<string, string>) {
  const { keyService } = context.service.encryption
  const { plaintext, sealed, keyArn } = await keyService.generateDataKey(keyCaller(context), keyName, bound)
  return { dataKey: new DataKey(plaintext), sealed, keyArn }
}
