import type { Random } from '../base/random.ts'

/** Source: IAM User Guide, "IAM identifiers", "Unique identifiers". */
const PREFIXES = { user: 'AIDA', group: 'AGPA', role: 'AROA', accessKey: 'AKIA', sessionKey: 'ASIA' } as const

/** Random characters behind a prefix: 80 and 85 bits. Access key ids are a character shorter than the others. */
const CHARACTERS = { user: 17, group: 17, role: 17, accessKey: 16, sessionKey: 16 } as const

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** An id of the shape that AWS documents. */
export function newId(kind: keyof typeof PREFIXES, random: Random): string {
  const bytes = random.bytes(CHARACTERS[kind])
  return PREFIXES[kind] + Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('')
}

/** Whether an access key id is of temporary credentials, by its prefix. */
export function isSessionKey(accessKeyId: string): boolean {
  return accessKeyId.startsWith(PREFIXES.sessionKey)
}
