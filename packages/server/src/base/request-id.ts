import type { Random } from './random.ts'

/** As S3's `x-amz-request-id`: 16 digits of hex, upper-case. */
export function newRequestId(random: Random): string {
  return random.bytes(8).toString('hex').toUpperCase()
}
