/** Those that encrypt and decrypt, as permissions know them. Source: AWS KMS Developer Guide, "Cryptographic operations". */
export const ENCRYPTING_OPERATIONS = [
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
] as const

/** Those of one key of which its last use tells; Decrypt and ReEncrypt find their keys themselves. Source: AWS KMS API Reference, KeyLastUsageData. */
export const CRYPTOGRAPHIC_OPERATIONS = [
  'Decapsulate',
  'DeriveSharedSecret',
  'Encapsulate',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateMac',
  'Sign',
  'Verify',
  'VerifyMac',
] as const
