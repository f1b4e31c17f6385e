import type { Random } from '../base/random.ts'

/** Source: IAM User Guide, "IAM identifiers", "Unique identifiers". */
const PREFIXES = {
  user: 'AIDA',
  group: 'AGPA',
  role: 'AROA',
  policy: 'ANPA',
  instanceProfile: 'AIPA',
  accessKey: 'AKIA',
} as const

/** Random characters behind a prefix: 80 and 85 bits. Access key ids are a character shorter than the others. */
const CHARACTERS = { user: 17, group: 17, role: 17, policy: 17, instanceProfile: 17, accessKey: 16 } as const

/** Of base32, as all of these ids. */
export const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** An id of the shape that AWS documents. */
export function newId(kind: keyof typeof PREFIXES, random: Random): string {
  return PREFIXES[kind] + randomCharacters(CHARACTERS[kind], random)
}

export function randomCharacters(count: number, random: Random): string {
  return Array.from(random.bytes(count), (byte) => ALPHABET[byte % ALPHABET.length]).join('')
}
