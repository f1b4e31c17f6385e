/** Source: S3 API Reference, "Amazon S3 Signature Version 4 Authentication Specific Policy Keys": "valid for up to seven days". */
export const SIGNATURE_LIFE_SECONDS = 7 * 24 * 60 * 60
