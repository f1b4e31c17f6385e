import { callerArns } from './caller.ts'
import { KmsError } from './kms-error.ts'
import type { KmsCaller } from './kms-service.ts'

/**
 * What a caller is told of a key of another account that they may not use, in the same words where there is no such key:
 * strangers learn nothing of which keys exist. Source: AWS KMS, whose AccessDeniedException names these reasons together.
 */
export function deniedAbroad(caller: KmsCaller, operation: string, what = 'this resource'): KmsError {
  const why =
    'because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access'
  return denied(caller, operation, `on ${what} ${why}`)
}

/** As {@link deniedAbroad}, of the key that a ciphertext was made with, whoever's it is. */
export function deniedCiphertext(caller: KmsCaller, operation: string): KmsError {
  return deniedAbroad(caller, operation, 'the resource associated with this ciphertext')
}

export function denied(caller: KmsCaller, operation: string, detail: string): KmsError {
  const who = `User: ${callerArns(caller)[0]} is not authorized to perform: kms:${operation}`
  return new KmsError('AccessDeniedException', detail === '' ? who : `${who} ${detail}`)
}
