/**
 * What principals of other accounts may be permitted with a key; a permission for anything else has no effect on them. Without
 * `kms:`. Source: AWS KMS Developer Guide, "Allowing users in other accounts to use a KMS key", and "Cross-account use" of
 * each operation of the API Reference.
 */
const CROSS_ACCOUNT: ReadonlySet<string> = new Set([
  'CreateGrant',
  'Decapsulate',
  'Decrypt',
  'DeriveSharedSecret',
  'DescribeKey',
  'Encapsulate',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateMac',
  'GetKeyRotationStatus',
  'GetPublicKey',
  'ListGrants',
  'ReEncryptFrom',
  'ReEncryptTo',
  'RetireGrant',
  'RevokeGrant',
  'Sign',
  'Verify',
  'VerifyMac',
])

export function isForOtherAccounts(operation: string): boolean {
  return CROSS_ACCOUNT.has(operation)
}
