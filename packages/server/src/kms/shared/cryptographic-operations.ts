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
