import { bucketOf, defineOperation } from '../operation.ts'

export const GetBucketEncryption = defineOperation('GetBucketEncryption', {
  access: { action: 's3:GetEncryptionConfiguration', on: 'bucket' },
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
            ...(blocksCustomerKeys && { BlockedEncryptionTypes: { EncryptionType: ['SSE-C' as const] } }),
          },
        ],
      },
    }
  },
})
