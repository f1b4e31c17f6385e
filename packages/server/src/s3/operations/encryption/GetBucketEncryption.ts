import type { ServerSideEncryptionRule } from '../../../model/types.gen.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'

export const GetBucketEncryption = defineOperation('GetBucketEncryption', {
  access: {
    action: 's3:GetEncryptionConfiguration',
    on: 'bucket',
    directory: { action: 's3express:GetEncryptionConfiguration' },
  },
  async handle(_input, context) {
    // Every bucket encrypts. Source: S3 User Guide, "Setting default server-side encryption behavior".
    const encryption = bucketOf(context).encryption ?? { algorithm: 'AES256' as const }
    const { algorithm, bucketKey, keyName, blocksCustomerKeys } = encryption
    return {
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: {
              SSEAlgorithm: algorithm,
              ...(keyName !== undefined && { KMSMasterKeyID: keyName }),
            },
            BucketKeyEnabled: bucketKey === true,
            ...blockedTypes(blocksCustomerKeys),
          },
        ],
      },
    }
  },
})

/** What was said is told, that nothing is blocked too. Source: S3 API Reference, BlockedEncryptionTypes. */
function blockedTypes(blocks: boolean | undefined): Pick<ServerSideEncryptionRule, 'BlockedEncryptionTypes'> {
  if (blocks === undefined) return {}
  return { BlockedEncryptionTypes: { EncryptionType: [blocks ? 'SSE-C' : 'NONE'] } }
}
