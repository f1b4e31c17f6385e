/** Those of a symmetric key. Source: AWS KMS Developer Guide, "Cryptographic operations". */
export const CRYPTOGRAPHIC_OPERATIONS = [
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
] as const
