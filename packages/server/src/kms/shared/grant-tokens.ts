import { KmsError } from './kms-error.ts'
import { listOf, optional, type Reader, text } from './read-input.ts'

/** Older tokens end with the id of the grant. */
const TOKEN = /^([\w-]{1,128}) ([0-9a-f]{1,128})(?: [0-9a-f]{16})?$/

/** Throws InvalidGrantTokenException. */
export function readGrantToken(token: string): { readonly keyId: string; readonly grantId: string } {
  const [, keyId, grantId] = TOKEN.exec(Buffer.from(token, 'base64').toString()) ?? []
  if (keyId === undefined || grantId === undefined) throw new KmsError('InvalidGrantTokenException')
  return { keyId, grantId }
}

const token: Reader<string> = (value, name) => {
  const read = text({ most: 8192 })(value, name)
  readGrantToken(read)
  return read
}

/** Those that a request brings: what is no token is refused, and the others say nothing that is not in effect already. */
export const grantTokens = optional(listOf(token, { most: 10 }))
