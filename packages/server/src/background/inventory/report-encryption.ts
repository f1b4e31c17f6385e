import type { InventoryEncryption, PutObjectInput } from '../../model/types.gen.ts'

/** The members by which an upload is encrypted as reports, or manifests, are to be. Absent: as the destination does by default. */
export function reportEncryption(
  asked: InventoryEncryption | undefined,
): Pick<PutObjectInput, 'ServerSideEncryption' | 'SSEKMSKeyId'> {
  if (asked?.SSES3) return { ServerSideEncryption: 'AES256' }
  if (!asked?.SSEKMS) return {}
  return { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: asked.SSEKMS.KeyId }
}
