/** What a key gets whose creator sends no policy: its account decides. Source: AWS KMS, "Default key policy". */
export function defaultKeyPolicy(accountId: string): string {
  return policyText('key-default-1', [
    {
      Sid: 'Enable IAM User Permissions',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  ])
}

/** Of `alias/aws/s3`: everyone of the account, through S3; the account itself may look at it. */
export function managedKeyPolicy(accountId: string, region: string): string {
  return policyText('auto-s3-2', [
    {
      Sid: 'Allow access through S3 for all principals in the account that are authorized to use S3',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      Resource: '*',
      Condition: {
        StringEquals: { 'kms:CallerAccount': accountId, 'kms:ViaService': s3ServiceName(region) },
      },
    },
    {
      Sid: 'Allow direct access to key metadata to the account',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
      Resource: '*',
    },
  ])
}

/** What `kms:ViaService` is when S3 uses a key for somebody. */
export function s3ServiceName(region: string): string {
  return `s3.${region}.amazonaws.com`
}

function policyText(id: string, statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Id: id, Statement: statements }, undefined, 2)
}
